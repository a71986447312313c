package dingsim

import (
	"net/url"
	"strings"
)

// dtmdPrefix: reported, clients silently ignore the link when the host is not all lower case.
const dtmdPrefix = "dtmd://dingtalkclient/sendMessage?"

// DTMD returns the text that a tap on a dtmd button sends as the user; ok is false for any other link.
func DTMD(link string) (content string, ok bool) {
	query, found := strings.CutPrefix(link, dtmdPrefix)
	if !found {
		return "", false
	}
	values, err := url.ParseQuery(query)
	if err != nil || values.Get("content") == "" {
		return "", false
	}
	return values.Get("content"), true
}
