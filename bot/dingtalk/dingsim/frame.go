package dingsim

import (
	"encoding/json"
	"maps"
	"strconv"
	"time"
)

// Frame types and topics; all documented.
const (
	typeSystem   = "SYSTEM"
	typeEvent    = "EVENT"
	typeCallback = "CALLBACK"

	topicBot        = "/v1.0/im/bot/messages/get"
	topicCard       = "/v1.0/card/instances/callback"
	topicAllEvents  = "*" // documented sample; the Go SDK answers 404 to any other event topic
	topicPing       = "ping"
	topicDisconnect = "disconnect"

	contentJSON = "application/json"
)

// frame is one message from server to client. Header values are strings only: the Go SDK
// decodes them into map[string]string and drops a frame with a number without any ack.
type frame struct {
	SpecVersion string            `json:"specVersion"`
	Type        string            `json:"type"`
	Headers     map[string]string `json:"headers"`
	Data        string            `json:"data"` // JSON in a string (documented)
}

// ackFrame is the answer of a client. Message and Data may be empty (seen from the Go SDK).
type ackFrame struct {
	Code    int `json:"code"`
	Headers struct {
		MessageID string `json:"messageId"`
	} `json:"headers"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data"`
}

// text is the data field as text; a client that sends an object instead of a string is
// tolerated (invented).
func (a ackFrame) text() string {
	var s string
	if json.Unmarshal(a.Data, &s) == nil {
		return s
	}
	return string(a.Data)
}

// encodeFrame renders a push for one connection.
func encodeFrame(p *push, connID string, now time.Time) ([]byte, error) {
	h := map[string]string{
		"appId":        p.app.ClientID,
		"connectionId": connID,
		"contentType":  contentJSON,
		"messageId":    p.messageID,
		"time":         strconv.FormatInt(now.UnixMilli(), 10),
		"topic":        p.topic,
	}
	maps.Copy(h, p.extra)
	return json.Marshal(frame{SpecVersion: "1.0", Type: p.typ, Headers: h, Data: p.data})
}
