# SPDX-License-Identifier: Apache-2.0
# A menu over tools/ and CMake. Every target sets up what it needs first and says what it installs.
# SETUP=check reports what is missing instead, and stops there.

PREFIX = /usr/local
DESTDIR =
BUILD = build/release
ONLY =
BENCH =
SOAK =
STRESS =
FUZZ =
export PREFIX DESTDIR BUILD ONLY

.PHONY: help demo test check soak stress bench fuzz coverage install uninstall format clean

help:
	@echo 'make demo       build cclb and watch it run real plugins'
	@echo 'make test       build it and run every deterministic test'
	@echo 'make check      the same under gcc, clang, sanitizers and valgrind, then stress and install'
	@echo '                ONLY=NAME for one of them; ONLY=list names them'
	@echo 'make soak       a million calls of honest and hostile plugins, and whether the process is as it was; SOAK=CALLS'
	@echo 'make stress     look for races with the thread sanitizer, in every isolation, 120 s each; STRESS=SECONDS'
	@echo 'make bench      measure it: goals here, all results and plots in build/bench'
	@echo "                BENCH='--only filter --seconds 0.5' or other options; BENCH=--help tells them"
	@echo 'make fuzz       run every fuzz target for a minute of CPU time, and list what was found'
	@echo "                FUZZ='--seconds 3600 url sse' or other options; FUZZ=--help tells them"
	@echo 'make coverage   which lines of src/ the tests of make test run, by file'
	@echo 'make install    PREFIX=$(PREFIX) DESTDIR='
	@echo 'make uninstall  take away what make install put there; same PREFIX and DESTDIR'
	@echo 'make format     put the C sources into the house style'
	@echo 'make clean      remove build/; the engine stays in its cache (tools/engine prints where)'
	@echo
	@echo 'SETUP=check make TARGET reports what has to be installed for it, and installs nothing.'

demo:
	@tools/setup build -- tools/demo

test:
	@tools/setup test -- tools/test release "$$BUILD"

check:
	@tools/setup check -- tools/check

soak:
	@tools/setup test -- tools/soak $(SOAK)

stress:
	@tools/setup test -- tools/stress $(STRESS)

bench:
	@tools/setup bench -- tools/bench $(BENCH)

fuzz:
	@tools/setup fuzz -- tools/fuzz $(FUZZ)

coverage:
	@tools/setup test -- tools/coverage

install:
	@tools/setup build -- tools/install

uninstall:
	@tools/uninstall

format:
	@tools/setup format -- tools/format

clean:
	rm -rf build
