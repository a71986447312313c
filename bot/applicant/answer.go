package applicant

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.org/beian/bot/command"
	"example.org/beian/bot/turn"
	"example.org/beian/bot/view"
	"example.org/beian/workflow"
)

// answerCommands are for what has changed that is not on the form: contract, title, qualification, business.
func (r *Room) answerCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name: "answer", Read: readAnswer,
			Examples: []string{
				"职称有变化", "合同没变化", "我的职业资格也没有变化", "我评上教授了", "职称改成副教授", "我创业了",
				"my contract has changed", "title not changed",
			},
		}, Who: turn.Begun, When: at(workflow.StepConfirm, workflow.StepMaterial), Do: r.do(visit.answer)},
	}
}

// declaration says whether something has changed that is not on the form.
type declaration struct {
	slot  workflow.Slot
	yes   bool
	title string // the new professional title that was told
}

// what is what it is about, as people call it.
func (d declaration) what(t visit) string { return t.Text.Phrase(fmt.Sprint("question", int(d.slot))) }

// titleWords are professional titles as people name them.
const titleWords = `(?:正高级?|副高级?|教授|副教授|讲师|助教|研究员|副研究员|助理研究员|工程师|高级工程师|实验师|` +
	`高级实验师|高级|中级)`

// whatWords are the materials that are asked about, as people call them.
const whatWords = `^我?的?(合同|聘用合同|劳动合同|职称|职业资格|资格证书?|创业)(?:也|都)?`

var (
	changedTo = regexp.MustCompile(whatWords +
		`(?:有变化|有变更|变了|变化了|换了|续签了?|新签了?|更新了|升了|评上了|了)$`)
	unchangedTo    = regexp.MustCompile(whatWords + `(?:没有?变化?|没有?变更|没换|不变|没有续签|没续签)$`)
	changedEnglish = regexp.MustCompile(
		`^(?i:(?:my |the )?(contract|title|qualification|business)` +
			`(?: has| have| is| was)?( not| un)?\s?(?:been )?(?:changed|renewed|new))$`)
	newTitle = regexp.MustCompile(
		`^我?的?职称\s*[:：]?\s*(?:现在)?(?:是|为|改为|改成|变为|变成|升为|评为)?\s*(` + titleWords + `.{0,8})$`)
	promoted = regexp.MustCompile(
		`^我?(?:今年|去年|刚|已经|最近)?(?:已)?(?:评上|评为|升为|升了|晋升为?|当上)了?` +
			`((?:` + titleWords + `|职称).{0,8})$`)
	business  = regexp.MustCompile(`^我?(?:在|有)?创业了?$`)
	onlyTitle = regexp.MustCompile(
		`^(?:教授|副教授|讲师|助教|研究员|副研究员|助理研究员|工程师|高级工程师|实验师|高级实验师)$`)
)

// slotOf is the material that a word of [whatWords] or an English one is about.
func slotOf(word string) workflow.Slot {
	switch strings.ToLower(word) {
	case "合同", "聘用合同", "劳动合同", "contract":
		return workflow.SlotContract
	case "职称", "title":
		return workflow.SlotTitle
	case "职业资格", "资格证", "资格证书", "qualification":
		return workflow.SlotQualification
	}
	return workflow.SlotBusiness
}

func readAnswer(s command.Sentence) (command.Args, bool) {
	if d, ok := readDeclared(s.Plain); ok {
		return command.Args{Value: []declaration{d}}, true
	}
	e := extract(s.Typed, s.Today)
	return command.Args{Value: e.declared}, len(e.declared) > 0 && len(e.set) == 0 && e.named && !e.asked
}

// readDeclared reads a sentence, or a piece of one, that is clean.
func readDeclared(s string) (declaration, bool) {
	s = strings.TrimRight(s, "。.!? ")
	if m := changedTo.FindStringSubmatch(s); m != nil {
		return declaration{slot: slotOf(m[1]), yes: true}, true
	}
	if m := unchangedTo.FindStringSubmatch(s); m != nil {
		return declaration{slot: slotOf(m[1])}, true
	}
	for _, p := range []*regexp.Regexp{newTitle, promoted} {
		if m := p.FindStringSubmatch(s); m != nil {
			if same.MatchString(m[1]) || asks(m[1]) {
				return declaration{slot: workflow.SlotTitle}, same.MatchString(m[1]) && !asks(m[1])
			}
			return declaration{workflow.SlotTitle, true, strings.TrimRight(m[1], "了啦啊呢。")}, true
		}
	}
	if m := changedEnglish.FindStringSubmatch(s); m != nil {
		return declaration{slot: slotOf(m[1]), yes: m[2] == ""}, true
	}
	if business.MatchString(s) {
		return declaration{slot: workflow.SlotBusiness, yes: true}, true
	}
	return declaration{}, false
}

// answer records whether something off the form has changed.
func (t visit) answer() error {
	list, _ := t.args.Value.([]declaration)
	return t.declares(list)
}

func (t visit) declares(list []declaration) error {
	for _, d := range list {
		if p, ok := t.promotion(d.title, nil); ok {
			return t.fill(entry{set: []assignment{p}, declared: list})
		}
	}
	for i, d := range list {
		cmd := workflow.Command{Action: workflow.Answer, Slot: d.slot, Yes: d.yes}
		if done, err := t.Apply(cmd); err != nil || !done {
			return err
		}
		data := view.Base(t.Turn, t.Case, t.Filing)
		data["What"], data["Label"], data["Yes"] = d.what(t), t.Text.Slot(d.slot), d.yes
		say := t.SayWithNext
		if i < len(list)-1 {
			data["Where"], data["Next"] = t.Where(), ""
			say = t.Say
		}
		if err := say("answered", data); err != nil {
			return err
		}
	}
	return nil
}

// promotion takes a new title as the new position where the form has a title there, so that the paper does
// not go on saying 讲师 (and is told to be void where it was printed). set is what is typed beside.
func (t visit) promotion(title string, set []assignment) (assignment, bool) {
	now := t.Filing.Values[workflow.Post]
	isNamed := slices.ContainsFunc(set, func(a assignment) bool { return a.field.Key == workflow.Post })
	if isNamed || title == now || !onlyTitle.MatchString(title) || !onlyTitle.MatchString(now) {
		return assignment{}, false
	}
	fd, _ := t.Policy().Field(workflow.Post)
	return assignment{fd, title}, true
}
