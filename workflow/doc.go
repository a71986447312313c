// Package workflow is the filing itself: 杭州市高层次人才认定备案, the renewal of a
// city talent certificate that falls due every two years.
//
// # The way of a filing
//
// A [Certificate] lives two years. From the 23rd month ([Certificate.OpensOn]) its holder
// may file a renewal; [Assess] says whether that is possible today, why not, and until
// when the steps must be done. A [Filing] begins when the person agrees to the notice:
//
//	NEW ─ INELIGIBLE / ELIGIBLE ─ DRAFT ─ SAVED ─ READY ─ PREREVIEW ─ SUBMITTED ─ REVIEWING ─ APPROVED ─ DONE
//	                                        └──────┴─ RETURNED ─┴──────────┘
//
// Beside it run three regions: the public notice at the college ([NoticeState]), the
// paper form that is printed, signed, sealed and scanned ([FormState]), and the eight
// materials ([Slot], [SlotState]).
//
// # What may happen
//
// [Apply] is the only way to change a filing. It takes a [Command], finds its line in
// the table of [Transitions], asks the line's guard, and returns the filing with the
// [Event] to store, or a [Refusal] that names the rule. Events are the truth: [Fold] adds
// one, [Replay] adds all, and what is stored is always the same ([Divergence]). What an
// event means for other people is [Effects]; what time alone brings about is [Timers].
//
// # What to do next
//
// [Next] computes the one next [Step] from what is there, so nothing has to be
// remembered; [Step.Because] explains it with the manual's own words. The form is the
// catalogue of [Fields]: what people type is understood by [Read], what differs from the
// last recognition is [Filing.Changes], which materials that demands is
// [Filing.Outstanding], what the form cannot know is [Filing.Questions], and what looks
// wrong is [Filing.Doubts].
//
// # Rules as data
//
// What the manual leaves open is a [Policy]: periods, the review chain, reasons, the
// reminder ladder and the working days of each [calendar.Year]. A [Rulebook] keeps older versions
// for the filings that were begun under them.
//
// The package does no I/O and reads no clock: every function takes the time it needs.
// Ids in comments name what is behind the code. R-C09 is a requirement of the manual and T13 a
// transition; RULES.md beside this file lists where each is, and which test would fail without
// it. Q05 is a decision where the manual is silent; those, and the laws, are in DECISIONS.md.
//
// Dates and working days are package calendar, identity documents package identity. On the filing
// stand package reminder, which decides who hears of a certificate when, and package roster, which
// reads what HR knows of people.
package workflow
