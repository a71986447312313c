package dingsim

import (
	"encoding/json"
	"fmt"
	"strings"
)

// maxMsgParam: documented for groups (15,000 bytes); for single chats the same is assumed.
const maxMsgParam = 15_000

// need is one required field of a message template and the error code of its absence.
type need struct{ field, code string }

// msgKeys lists the documented message templates. The codes contentOfText,
// markdownTotitle, actionCardTobtnsToactionUrl and file are documented, the other
// miss.param.* names are invented in the same style.
func msgKeys() map[string][]need {
	const action = "miss.param.actionCardTobtnsTo"
	keys := map[string][]need{
		"sampleText":     {{"content", "miss.param.contentOfText"}},
		"sampleMarkdown": {{"title", "miss.param.markdownTotitle"}, {"text", "miss.param.markdownTotext"}},
		"sampleImageMsg": {{"photoURL", "miss.param.photoURL"}},
		"sampleLink": {
			{"title", "miss.param.linkTotitle"},
			{"text", "miss.param.linkTotext"},
			{"messageUrl", "miss.param.linkTomessageUrl"},
		},
		"sampleActionCard": append(cardHead(),
			need{"singleTitle", "miss.param.actionCardTosingleTitle"},
			need{"singleURL", "miss.param.actionCardTosingleURL"}),
		"sampleActionCard6": append(cardHead(),
			need{"buttonTitle1", action + "title"}, need{"buttonUrl1", action + "actionUrl"},
			need{"buttonTitle2", action + "title"}, need{"buttonUrl2", action + "actionUrl"}),
		"sampleAudio": {{"mediaId", "miss.param.audio"}, {"duration", "miss.param.audioToduration"}},
		"sampleFile": {
			{"mediaId", "miss.param.file"},
			{"fileName", "miss.param.fileTofileName"},
			{"fileType", "miss.param.fileTofileType"},
		},
		"sampleVideo": {
			{"videoMediaId", "miss.param.video"},
			{"videoType", "miss.param.videoTovideoType"},
			{"duration", "miss.param.videoToduration"},
		},
	}
	for n := 2; n <= 5; n++ {
		list := cardHead()
		for i := 1; i <= n; i++ {
			list = append(list,
				need{fmt.Sprintf("actionTitle%d", i), action + "title"},
				need{fmt.Sprintf("actionURL%d", i), action + "actionUrl"})
		}
		keys[fmt.Sprintf("sampleActionCard%d", n)] = list
	}
	return keys
}

func cardHead() []need {
	return []need{{"title", "miss.param.actionCardTotitle"}, {"text", "miss.param.actionCardTotext"}}
}

// checkMessage validates msgKey and msgParam and builds what the receiver sees. A non-nil
// code is the error to answer.
func (s *Sim) checkMessage(msgKey string, rawParam json.RawMessage) (e entry, code, message string) {
	if msgKey == "" {
		return e, "invalidParameter.msgKey.empty", "msgKey为空"
	}
	needs, known := msgKeys()[msgKey]
	if !known {
		return e, "invalidParameter.msgKey.invalid", "msgKey无效: " + msgKey
	}
	var text string // documented: msgParam is a string that holds JSON
	var param map[string]any
	if json.Unmarshal(rawParam, &text) != nil || json.Unmarshal([]byte(text), &param) != nil || param == nil {
		return e, "invalidParameter.msgParam.invalid", "msgParam不是合法的JSON字符串"
	}
	if len(text) > maxMsgParam {
		return e, "invalidParameter.msgParam.tooLong", "msgParam过长"
	}
	for _, n := range needs {
		if strings.TrimSpace(fmt.Sprint(orEmpty(param[n.field]))) == "" {
			return e, n.code, "缺少参数 " + n.field
		}
	}
	e = entry{From: "bot", MsgKey: msgKey, Param: param, Button: paramButtons(msgKey, param)}
	media := mediaOf(msgKey, param)
	if media == "" {
		return e, "", ""
	}
	s.mu.Lock()
	f := s.files[media]
	s.mu.Unlock()
	if f == nil { // that it fails is documented, the code is invented
		return e, "invalidParameter.mediaId.invalid", "mediaId不存在: " + media
	}
	e.FileID = f.id
	return e, "", ""
}

func orEmpty(v any) any {
	if v == nil {
		return ""
	}
	return v
}

// mediaOf is the uploaded medium a message refers to, "" when it refers to none.
func mediaOf(msgKey string, p map[string]any) string {
	switch msgKey {
	case "sampleFile", "sampleAudio":
		return str(p, "mediaId")
	case "sampleVideo":
		return str(p, "videoMediaId")
	case "sampleImageMsg": // documented: an https address or a media id
		if v := str(p, "photoURL"); !strings.Contains(v, "://") {
			return v
		}
	}
	return ""
}

// paramButtons gives the buttons of the action card templates one common shape.
func paramButtons(msgKey string, p map[string]any) []viewButton {
	if !strings.HasPrefix(msgKey, "sampleActionCard") {
		return nil
	}
	var out []viewButton
	add := func(title, url string) {
		if str(p, title) != "" {
			out = append(out, viewButton{Title: str(p, title), URL: str(p, url)})
		}
	}
	switch msgKey {
	case "sampleActionCard":
		add("singleTitle", "singleURL")
	case "sampleActionCard6":
		add("buttonTitle1", "buttonUrl1")
		add("buttonTitle2", "buttonUrl2")
	default:
		for i := 1; i <= int(msgKey[len(msgKey)-1]-'0'); i++ {
			add(fmt.Sprintf("actionTitle%d", i), fmt.Sprintf("actionURL%d", i))
		}
	}
	return out
}

func str(m map[string]any, key string) string {
	v, _ := m[key].(string)
	return v
}
