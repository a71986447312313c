// Package workflow is the filing itself: 杭州市高层次人才认定备案, the renewal of a
// city talent certificate that falls due every two years.
//
// It holds the form (27 fields, [Fields]), the materials ([Slots]), the states and
// what may happen in them ([Apply]), who is eligible and when ([Assess]), the
// working-day calendar ([Calendar]), the difference to the last recognition
// ([Filing.Changes]) and the next thing to do ([Filing.Next]).
//
// The package does no I/O and reads no clock: every function takes the time it
// needs. Rule ids such as R-C09, T13 or Q05 name the paragraphs of the manual and
// the decisions written down in DESIGN.md.
package workflow
