// Package dingsim is a local simulator of DingTalk (钉钉): the stream gateway, the part of
// the OpenAPI that a bot needs, a control API for tests and a chat page for people.
//
// The official stream SDKs and plain HTTP clients work against it unchanged; only the host
// differs. Both path families (api.dingtalk.com and oapi.dingtalk.com) live on one host.
//
// Nothing here was checked against the live service. Every behaviour carries one of three
// marks in its comment, so that nobody takes the simulator for proof:
//
//   - documented: it is in DingTalk's own pages, protocol text or SDK source
//   - reported:   users or issue threads describe it, the pages do not
//   - invented:   some answer was needed and nothing is known; do not build on it
//
// Time: tickets, tokens, session webhooks, redelivery and the 24 h windows follow the
// simulated clock (real time plus an offset that the control API moves). Waits that stand
// for a network, such as the 2 s of a card callback, are real time.
//
// Locking: Sim.mu guards all state. It is never held while writing to a socket or waiting.
package dingsim
