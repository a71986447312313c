package app_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// browser starts headless Chromium for one test.
func browser(t *testing.T) context.Context {
	t.Helper()
	bin, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("没有找到 chromium，请安装 Debian 软件包 chromium / install the Debian package chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(bin), chromedp.UserDataDir(t.TempDir()),
		chromedp.WindowSize(1280, 860))
	for _, f := range []string{
		"no-sandbox", "disable-gpu", "disable-quic", "no-first-run",
		"disable-background-networking", "disable-component-update", "disable-sync",
	} {
		opts = append(opts, chromedp.Flag(f, true))
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	must(t, chromedp.Do(ctx, chromedp.Navigate("about:blank"))) // the browser lives as long as this context
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	t.Cleanup(cancel)
	return ctx
}

// TestChatPage chats through the first steps in a real browser: two people side by
// side, buttons, a file, a card with its form, the clock.
func TestChatPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.settle() // a reminder that arrives later would move the button away from under the mouse
	ctx := browser(t)
	applicant, handler := person(t, "陈一帆"), person(t, "何清越")
	button := func(who, title string) string {
		return fmt.Sprintf(`[data-chat=%q] [data-seq]:last-of-type button[data-action=%q], `+
			`[data-chat=%q] button[data-action=%q]`, who, title, who, title)
	}
	must(t, chromedp.Do(ctx,
		chromedp.Navigate(w.base+"/#a="+applicant+"&b="+handler),
		chromedp.WaitVisible(`[data-user="`+applicant+`"]`),
		chromedp.SendKeys(`textarea[data-input="`+applicant+`"]`, "你好"),
		chromedp.Click(`[data-send="`+applicant+`"]`),
		chromedp.WaitVisible(button(applicant, "同意并开始")),
		chromedp.Click(button(applicant, "同意并开始")),
		chromedp.WaitVisible(button(applicant, "全部字段")),
		chromedp.SendKeys(`textarea[data-input="`+applicant+`"]`, "来杭 2015-07-01，产业教育"),
		chromedp.Click(`[data-send="`+applicant+`"]`),
		chromedp.WaitVisible(button(applicant, "保存并出表")),
		chromedp.Click(button(applicant, "保存并出表")),
	))
	w.awaitFile(applicant, "备案申请表")
	w.settle() // and so does the sheet that comes with the task
	must(t, chromedp.Do(ctx,
		chromedp.WaitVisible(button(handler, "今天已张贴")),
		chromedp.Click(button(handler, "今天已张贴")),
	))
	w.expect(applicant, "公示已张贴")
	scan := filepath.Join(t.TempDir(), "扫描件.pdf")
	must(t, os.WriteFile(scan, scanOf(t, w.newestForm(applicant, 0)), 0o600))
	must(t, chromedp.Do(ctx,
		chromedp.SetUploadFiles(`input[type=file][data-file="`+applicant+`"]`, []string{scan}),
		chromedp.WaitVisible(button(applicant, "不适用")),
		chromedp.Click(button(applicant, "不适用")),
		chromedp.WaitVisible(button(applicant, "期满自动送审")),
		chromedp.Click(button(applicant, "期满自动送审")),
	))
	w.expect(applicant, "期满的下一个工作日上午")
	w.setTime("2026-12-01 09:00")
	must(t, chromedp.Do(ctx, chromedp.WaitVisible(button(handler, "通过"))))
	keepPicture(t, ctx, "chat.png")
	must(t, chromedp.Do(ctx, chromedp.Click(button(handler, "通过"))))
	w.expect(applicant, "学院预审通过")
	must(t, chromedp.Do(ctx, chromedp.WaitNotPresent(button(handler, "通过"))))
	text, err := chromedp.Run(ctx, chromedp.Text(`[data-chat="`+handler+`"]`))
	must(t, err)
	if !strings.Contains(text, "何清越老师通过") {
		t.Errorf("the decided card does not say who decided:\n%s", text)
	}
}

var keepDir = flag.String("keep", "", "directory to leave pictures of the page in")

// keepPicture saves a screenshot where one is asked for.
func keepPicture(t *testing.T, ctx context.Context, name string) { //nolint:revive // t comes first in helpers
	t.Helper()
	if *keepDir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	must(t, err)
	must(t, os.WriteFile(filepath.Join(*keepDir, name), png, 0o600))
}
