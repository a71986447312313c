package dingtalk

import "testing"

func TestDecodeMessageTypes(t *testing.T) {
	for name, c := range map[string]struct {
		data, text string
		files      int
		quota      bool
	}{
		"text in a group": {
			`{"msgId":"m","conversationType":"2","msgtype":"text","text":{"content":" 你好 "}}`, "你好", 0,
			false,
		},
		"voice": {
			`{"msgId":"m","msgtype":"audio","content":{"duration":4000,"downloadCode":"d","recognition":"我手机号换了"}}`,
			"我手机号换了", 0, false,
		},
		"picture": {
			`{"msgId":"m","msgtype":"picture","content":{"pictureDownloadCode":"p","downloadCode":"d"}}`, "",
			1, false,
		},
		"file": {`{"msgId":"m","msgtype":"file","content":{"spaceId":"1","fileName":"a.pdf","downloadCode":"d",` +
			`"fileId":"2"}}`, "", 1, false},
		"rich text": {`{"msgId":"m","msgtype":"richText","content":{"richText":[{"text":"看"},{"downloadCode":"d",` +
			`"type":"picture"},{"text":"图"}]}}`, "看\n图", 1, false},
		"video": {
			`{"msgId":"m","msgtype":"video","content":{"duration":"5","videoType":"mp4","downloadCode":"d"}}`,
			"", 0, false,
		},
		"unknown":        {`{"msgId":"m","msgtype":"unknownMsgType","content":{"unknownMsgType":"x"}}`, "", 0, false},
		"over the quota": {`{"msgId":"m","msgtype":"text","errorCode":20001,"errorMessage":"x"}`, "", 0, true},
		"createAt a text": {
			`{"msgId":"m","msgtype":"text","createAt":"1708327204136","text":{"content":"x"}}`, "x", 0,
			false,
		},
	} {
		in, err := decodeMessage(c.data)
		if err != nil || in.Text != c.text || len(in.Files) != c.files || in.QuotaUsed != c.quota {
			t.Errorf("%s: %+v, %v", name, in, err)
		}
	}
	if _, err := decodeMessage(`{"msgtype":"text"}`); err == nil {
		t.Error("a message without an id was accepted")
	}
}

func TestDecodeClickBothWays(t *testing.T) {
	inside := `{"userId":"u","outTrackId":"o",` +
		`"content":"{\"cardPrivateData\":{\"actionIds\":[\"a\"],\"params\":{\"k\":\"v\"}}}"}`
	beside := `{"userId":"u","outTrackId":"o",` +
		`"value":"{\"cardPrivateData\":{\"actionIds\":[\"a\"]},\"params\":{\"k\":\"v\"}}"}`
	for _, data := range []string{inside, beside} {
		c, err := decodeClick("id", data)
		if err != nil || c.Sender != "u" || c.Track != "o" || c.Action != "a" || c.Params["k"] != "v" {
			t.Errorf("%+v, %v", c, err)
		}
	}
}

func FuzzDecodeMessage(f *testing.F) {
	f.Add(`{"msgId":"m","msgtype":"richText","content":{"richText":[{"text":"x"}]}}`)
	f.Add(`{"msgId":1}`)
	f.Fuzz(func(_ *testing.T, data string) {
		_, _ = decodeMessage(data) // must not panic
	})
}

func FuzzDecodeClick(f *testing.F) {
	f.Add(`{"userId":"u","content":"{}"}`)
	f.Fuzz(func(_ *testing.T, data string) {
		_, _ = decodeClick("id", data) // must not panic
	})
}
