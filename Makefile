SHELL := bash
.DEFAULT_GOAL := help

# Go is often unpacked there without being put on PATH.
export PATH := $(PATH):/usr/local/go/bin
GO ?= go
# The revision goes into the binaries; where git refuses to tell it (no repository, foreign owner), build without.
ifneq ($(shell git rev-parse HEAD >/dev/null 2>&1 && echo known),known)
export GOFLAGS := $(GOFLAGS) -buildvcs=false
endif
LINT := $(GO) tool -modfile=deploy/dev/tools/go.mod golangci-lint

.PHONY: help
help: ## 列出所有命令 / list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: go-installed ## 在本机试用,Ctrl-C 结束 / try it on this machine, Ctrl-C ends it
	@deploy/dev/install demo
	@$(MAKE) --no-print-directory build
	@$(run-demo)

# At a terminal the demo is a foreground job of its own, so that Ctrl-C reaches it alone and make has no error to
# report; setpriv ends it when make is killed. Without a terminal it simply takes the shell's place.
define run-demo
if [[ -t 0 ]]; then \
	set -m; \
	if command -v setpriv >/dev/null; then setpriv --pdeathsig TERM -- bin/demo; else bin/demo; fi; \
else \
	exec bin/demo; \
fi
endef

.PHONY: demo-reset
demo-reset: build ## 清空演示数据 / remove the data of the demo
	@bin/demo -reset

.PHONY: build
build: go-installed ## 编译静态程序到 bin/ / build static programs into bin/
	@mkdir -p bin
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/ ./cmd/beian ./cmd/demo ./cmd/dingsim

# Everything runs under the race detector, except what is named here.
#
# UNWATCHED are compiled without it: loops over millions of pixels or bytes, which it makes ten times slower. What is
# concurrent in our own of them runs once more, watched. They are compiled without inlining (-l): the linker could take
# an unwatched copy of the generic code in sync.Map for everybody's, and the detector would see races where none are.
UNWATCHED :=
UNWATCHED += ./workflow/paper               # turns, sharpens and searches scanned pages
UNWATCHED += ./workflow/paper/papertest     # makes bad copies of pages, pixel by pixel
UNWATCHED += ./bot/chart                    # paints pictures
UNWATCHED += image/...                      # JPEG and PNG
UNWATCHED += golang.org/x/image/...         # scales and draws
UNWATCHED += github.com/makiuchi-d/gozxing/... # looks for codes in pictures
UNWATCHED += compress/flate                 # packs and unpacks PDF, PNG and Excel files
UNWATCHED += hash/crc32                     # of the same files
UNWATCHED += hash/adler32                   # of the same files
UNWATCHED += github.com/klippa-app/go-pdfium/webassembly # stops a call that is running, on purpose without a lock
# MEASURED run without it: it doubles the memory that these tests measure.
MEASURED := ^TestPeakMemory$$
TEST := $(GO) test -vet=off -shuffle=on -parallel=4 -timeout=15m
.PHONY: test
test: vet ## 全部测试(真实 PostgreSQL、Redis、Chromium)/ all tests
	@deploy/dev/install test
	$(TEST) -race $(foreach p,$(UNWATCHED),-gcflags='$(p)=-race=false -l') -skip='$(MEASURED)' ./...
	$(TEST) -race -run=Concurrent $(filter ./%,$(UNWATCHED))
	$(TEST) -run='$(MEASURED)' ./workflow/paper ./bot/workbook

.PHONY: corpus
corpus: go-installed ## 600 份扫描件和照片,约五分钟 / 600 generated scans and photos, about five minutes
	$(GO) test -v -count=1 -timeout=20m -run=TestCorpus ./workflow/paper -corpus=600

.PHONY: bench
bench: go-installed ## 出表速度、一万份的内存、每天的提醒、两万行名册 / speed of printing, memory over 10,000 forms, the daily pass among a million certificates, a roster of 20,000
	$(GO) test -run='^$$' -bench='Print|Plain' -benchtime=200x ./workflow/paper
	$(GO) test -run='^$$' -bench=ManyDocuments -benchtime=10000x ./workflow/paper
	$(GO) test -run='^$$' -bench=DailyPass -benchtime=20x -timeout=20m ./storage
	$(GO) test -v -count=1 -timeout=15m -run=TestLargeRoster ./cmd/internal/app -rows=20000

.PHONY: simulate
simulate: go-installed ## 两年、2000 张证书的提醒,带故障,约十几分钟 / two years of reminders for 2,000 certificates with faults
	$(GO) test -v -count=1 -timeout=60m -run=TestReminderSimulation ./cmd/internal/app -months=24 -certificates=2000

.PHONY: fuzz
fuzz: go-installed ## 每个模糊测试跑 30 秒 / run each fuzz target for 30 s
	@grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | sort | while IFS=: read -r file target; do \
		$(GO) test -run='^$$' -fuzz="^$${target#func }$$" -fuzztime=30s "$$(dirname "$$file")" || exit 1; \
	done

.PHONY: rules
rules: go-installed ## 重写 workflow/RULES.md:每条规则在哪里、由什么测试守住 / rewrite the table of rules
	$(GO) run ./deploy/dev/rules .

.PHONY: ways
ways: go-installed ## 重新学习说法,改过 bot/ways 或 bot/faq 之后 / learn the ways of saying anew, after a change of bot/ways or bot/faq
	$(GO) run ./deploy/dev/learn .

.PHONY: check
check: format vet lint test ## 提交前的全部检查 / everything that must pass before a commit

.PHONY: format
format: go-installed ## 检查格式 / check the formatting
	@files=$$(gofmt -l .); if [[ -n $$files ]]; then echo "请运行 gofmt -w / run gofmt -w:" $$files; exit 1; fi

.PHONY: vet
vet: go-installed ## go vet
	$(GO) vet ./...

.PHONY: lint
lint: go-installed ## 静态检查,首次需编译约一分钟 / golangci-lint, the first run builds it
	$(LINT) run

.PHONY: go-installed
go-installed:
	@command -v $(GO) >/dev/null || { echo "找不到 Go:请安装 Go 1.26 或更新版本,见 https://go.dev/dl/。/ Go is missing: install Go 1.26 or newer from https://go.dev/dl/." >&2; exit 1; }
