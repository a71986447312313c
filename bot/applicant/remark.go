package applicant

import (
	"regexp"
	"slices"
	"strings"
)

// questionWords make a question of the words around them.
var questionWords = []string{
	"怎么", "怎样", "咋", "如何", "什么", "啥", "哪", "吗", "是否", "能不能", "可不可以",
	"要不要", "用不用", "需不需要", "是不是", "对不对", "有没有", "多少", "几", "为何", "谁", "请问",
	"必须", "必填", "算不算", "该不该", "会不会", "行不行", "好不好", "可不可", "需不需", "能否", "可否", "?", "？",
}

// complaints are words of somebody who is angry: what they say beside is no value.
var complaints = []string{
	"烂", "垃圾", "玩意", "老是", "搜不", "查不", "找不", "不了", "不着", "不到", "不出", "失败", "总是", "每次", "又错", "埋汰", "无语", "气死", "烦死", "太烦",
	"坑人", "有病", "老黄历", "这都", "居然", "竟然", "搞什么", "服了", "差评", "投诉", "没人管",
	"难用", "离谱", "瞎",
}

// hasAny is much quicker than a pattern of the same words.
func hasAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

func complains(s string) bool { return hasAny(s, complaints) }

// asks reports whether words ask something; a wish that is put politely does not.
func asks(s string) bool {
	if !isQuestion(s) {
		return false
	}
	if m := request.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	s = polite.ReplaceAllString(s, "")
	if wants.MatchString(s) {
		s = wish.ReplaceAllString(s, "")
	}
	return isQuestion(s)
}

func isQuestion(s string) bool {
	return hasAny(s, questionWords) || endsAsking.MatchString(s) || asksEnglish.MatchString(s)
}

var tag = regexp.MustCompile(`^(?:对吗|对不对|是吗|是不是|对么|没错吧)[?？]?$`)

func (x *extraction) question(s string) {
	x.asked = true
	if tag.MatchString(s) && len(x.set) > 0 { // 手机是139…，对吗
		x.set = x.set[:len(x.set)-1]
	}
	x.unread = append(x.unread, s)
}
