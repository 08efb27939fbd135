# make demo: the day of us-east-1. make test: every test. Both install what is missing.
SWIFT ?= swift
BUILD ?= .build
FLAGS ?=
swift = $(SWIFT) $(1) --scratch-path $(BUILD) $(FLAGS)

.PHONY: demo build test format lint clean

demo: build
	@$(BUILD)/release/outage run Scripts/us-east-1.outage

build:
	$(call swift,build) -c release --product outage

# In release mode: the engine is several times slower in debug. One build serves the program and its tests.
test:
	$(call swift,build) -c release --build-tests
	$(call swift,test) -c release --skip-build --disable-xctest

format:
	$(SWIFT) format --in-place --recursive Sources Tests

lint:
	$(SWIFT) format lint --strict --recursive Sources Tests

clean:
	rm -rf $(BUILD)
