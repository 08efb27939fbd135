# make demo: the day of us-east-1. make test: every test. Both install what is missing.
SWIFT ?= swift
BUILD ?= .build
FLAGS ?=
swift = $(SWIFT) $(1) --scratch-path $(BUILD) $(FLAGS)

# What the program and its tests need, by the names of Debian's packages; elsewhere they are the user's business.
PACKAGES = libreadline-dev python3-pexpect

.PHONY: deps demo build test lib program dist check-dist install docs sanitize bench soak mutations sequences fuzz format lint clean

demo: build
	@$(BUILD)/release/outage run Scripts/us-east-1.outage

deps:
	@missing=; for p in $(PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq $$missing; fi

build: deps
	$(call swift,build) -c release --product outage

# In release mode: the engine is several times slower in debug. One build serves the program and its tests.
test: deps
	$(call swift,build) -c release --build-tests
	$(call swift,test) -c release --skip-build --disable-xctest

# The library for C: shared and static, with the Swift runtime within. `make install PREFIX=/usr/local` puts it and the program in place.
PREFIX ?= /usr/local
LIB = $(BUILD)/lib
lib:
	$(call swift,build) -c release --target OutageC
	sh Sources/OutageC/link-library.sh $(BUILD)/release $(LIB)

VERSION = $(shell sed -n 's/.*static let text = "\(.*\)"/\1/p' Sources/OutageKit/Running.swift)
# What the program says of itself; nothing, where what is built is no commit.
COMMIT ?= $(shell git diff --quiet HEAD 2>/dev/null && git rev-parse --short=12 HEAD 2>/dev/null)

# The program by itself, with the Swift runtime within; with READLINE=1 lines of the prompt can be edited (docs/install.md).
READLINE ?=
PROGRAM = $(BUILD)-dist$(if $(READLINE),-readline)
program:
	OUTAGE_COMMIT=$(COMMIT) $(SWIFT) build --scratch-path $(PROGRAM) $(FLAGS) -c release --product outage \
	  $(if $(READLINE),,--disable-default-traits) --static-swift-stdlib \
	  -Xswiftc -use-ld=lld -Xlinker --gc-sections -Xlinker -s -Xlinker --version-script=$(CURDIR)/Distribution/exports.map

# What is given away: a tarball, and a package where dpkg-deb is, with checksums; `make check-dist` tries them.
DIST ?= $(BUILD)/dist
STAGED = $(BUILD)/staged
dist: program
	rm -rf $(DIST)
	sh Distribution/stage.sh $(PROGRAM)/release/outage $(VERSION) $(STAGED)
	sh Distribution/tarball.sh $(STAGED) outage-$(VERSION)-linux-$$(uname -m) $(DIST)
	@if command -v dpkg-deb >/dev/null; then sh Distribution/deb.sh $(STAGED) $(VERSION) $(DIST); fi
	@ls -l $(DIST)

check-dist:
	sh Distribution/check.sh $(DIST)

install: lib program
	sh Distribution/stage.sh $(PROGRAM)/release/outage $(VERSION) $(STAGED)
	install -d $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/lib/pkgconfig
	cp -r $(STAGED)/. $(DESTDIR)$(PREFIX)
	install -m 644 Sources/COutage/include/outage.h $(DESTDIR)$(PREFIX)/include/
	install -m 644 $(LIB)/liboutage.a $(DESTDIR)$(PREFIX)/lib/
	cp -P $(LIB)/liboutage.so* $(DESTDIR)$(PREFIX)/lib/
	sed -e 's|@PREFIX@|$(PREFIX)|' -e "s|@VERSION@|$(VERSION)|" Sources/OutageC/outage.pc.in \
	  > $(DESTDIR)$(PREFIX)/lib/pkgconfig/outage.pc

# The pages of OutageKit, for any server of files; by what comes with the toolchain, without a network.
docs:
	$(call swift,build) -c release --target OutageKit
	sh Sources/OutageKit/document.sh $(BUILD)/release $(BUILD)/docs

# Under the sanitizers, in folders of their own: what runs on several threads, and what touches memory.
SANITIZED ?= WorldsTests|SimulationTests|DeterminismTests|SnapshotTests|HostFunctionTests|workersDoNotChangeAByte|PathTests
sanitize: deps
	for kind in thread address; do \
	  $(SWIFT) build --scratch-path $(BUILD)-$$kind $(FLAGS) -c release --build-tests --sanitize=$$kind && \
	  LSAN_OPTIONS=suppressions=Tests/leaks.supp \
	  $(SWIFT) test --scratch-path $(BUILD)-$$kind $(FLAGS) -c release --skip-build --disable-xctest --sanitize=$$kind \
	    --filter "$(SANITIZED)" || exit 1; done

# Everything again at full sizes and with many seeds, then damaged scripts: MUTATIONS=10_000_000 by default.
MUTATIONS ?= 10000000
SEED ?= 1
HOSTS = 2
SEEDS = $$(find Tests/Corpus Scripts -name '*.outage' -size -8k | sort)
soak: test
	OUTAGE_SOAK=1 $(call swift,test) -c release --skip-build --disable-xctest
	$(MAKE) mutations
	$(MAKE) sequences
	$(MAKE) fuzz SECONDS=600
	$(MAKE) dist check-dist

# Damaged scripts, a fixed sequence for each seed; a trap names its input, `mutations SEED K print FILES` shows it.
mutations:
	OUTAGE_FUZZ=1 $(SWIFT) build --scratch-path $(BUILD)-mutations $(FLAGS) -c release --product mutations
	for k in $$(seq 1 $(HOSTS)); do SWIFT_BACKTRACE=enable=no $(BUILD)-mutations/release/mutations $$(( $(SEED) * 100 + k )) 0 \
	  $$(( $(MUTATIONS) / $(HOSTS) )) $(SEEDS) || touch $(BUILD)-mutations/failed & done; wait; \
	if [ -e $(BUILD)-mutations/failed ]; then rm $(BUILD)-mutations/failed; exit 1; fi

# Extreme numbers, extreme parameters, a prompt, replays and the library in any order; a trap names its input.
SEQUENCES ?= 1000000
sequences:
	OUTAGE_FUZZ=1 $(SWIFT) build --scratch-path $(BUILD)-mutations $(FLAGS) -c release --product sequences
	for mode in numbers settings prompt replay library; do SWIFT_BACKTRACE=enable=no \
	  $(BUILD)-mutations/release/sequences $$mode $(SEED) 0 $(SEQUENCES) $(SEEDS) || exit 1; done

# Coverage-guided; a crash leaves its input in the folder.
SECONDS ?= 60
FUZZ = $(BUILD)-fuzz
fuzz:
	OUTAGE_FUZZ=1 $(SWIFT) build --scratch-path $(FUZZ) $(FLAGS) -c release --sanitize=fuzzer --product fuzz
	mkdir -p $(FUZZ)/found $(FUZZ)/seeds
	for f in $(SEEDS); do cp "$$f" $(FUZZ)/seeds/$$(echo $$f | tr / -); done
	grep -oE '"[a-z]{2,}"' Grammar.md | sort -u > $(FUZZ)/words
	SWIFT_BACKTRACE=enable=no $(FUZZ)/release/fuzz $(FUZZ)/found $(FUZZ)/seeds -dict=$(FUZZ)/words -max_len=4096 \
	  -max_total_time=$(SECONDS) -timeout=20 -rss_limit_mb=4096 -artifact_prefix=$(FUZZ)/ -print_final_stats=1

# How fast: `make bench` alone measures the project, `make bench PEERS=folder` sets other simulators beside it.
bench: build
	$(SWIFT) build -c release --package-path Benchmarks --scratch-path $(BUILD)/benchmarks
	$(BUILD)/benchmarks/release/bench $(BUILD)/release/outage Benchmarks $(if $(PEERS),--peers $(PEERS)) $(BENCH)

format:
	$(SWIFT) format --in-place --recursive Sources Tests Benchmarks/Sources

lint:
	$(SWIFT) format lint --strict --recursive Sources Tests Benchmarks/Sources

clean:
	rm -rf $(BUILD)
