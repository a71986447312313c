package applicant

import (
	"slices"

	"example.org/beian/bot/command"
	"example.org/beian/bot/text"
	"example.org/beian/bot/turn"
)

func (r *Room) menuCommands() []turn.Command {
	return []turn.Command{
		{Spec: command.Spec{
			Name: "menu", Read: readMenu, Examples: menuEntries[:],
		}, Who: turn.Anyone, When: never, Do: r.do(visit.menu)},
		{Spec: command.Spec{
			Name:    "menu_exit",
			Words:   []string{"退出", "退出登录"},
			English: []string{"log out", "logout"},
		}, Safe: true, Who: turn.Anyone, When: never, Do: r.do(visit.exit)},
	}
}

// menuEntries are the entries of the official system's menu that are not the renewal (R-H05).
var menuEntries = [...]string{
	"人才认定申请", "购房补贴申请", "购房年审申请", "租房补贴申请", "小客车上牌补贴申请", "应届毕业生生活补贴",
}

func readMenu(s command.Sentence) (command.Args, bool) {
	return command.With("entry", s.Bare), slices.Contains(menuEntries[:], s.Bare)
}

// menu says where an entry of the official menu is; we do not do it for people.
func (t visit) menu() error {
	return t.Say("menu_entry", text.Data{"Entry": t.args.Text("entry"), "Official": t.Policy().OfficialURL})
}

func (t visit) exit() error { return t.Say("menu_exit", text.Data{"Official": t.Policy().OfficialURL}) }
