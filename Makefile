# make                 the library and the command, in build/release
# make deps            install what is missing (Debian packages; as root or through sudo)
# make demo            train the three examples, write their reports, say where they are
# make gallery         draw every chart from real data: examples/GALLERY.md
# make test            build and run every test
# make check           all that must pass before a change is pushed
# make torture         kills, faults and power cuts by the thousand; make check has some of them
# make bench           speed and size, as ratios against a named baseline
# make bench-python    the same of the Python package, beside other loggers from PyPI
# make logger          the library alone: needs a C compiler and zlib
# make python          the Python package as one wheel, in build/release/wheel
# make install         to $(DESTDIR)$(PREFIX); make uninstall takes it away
# make SAN=asan test   the tests under a sanitizer: asan or tsan
# Nothing is written outside build/ and outputs/.  V=1 shows the commands.

.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all
SHELL := /bin/sh

# The user's; ours are added, never put in their place.
CC ?= cc
CFLAGS ?= -O2 -g
LDFLAGS ?=
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
DESTDIR ?=
PKG_CONFIG ?= pkg-config
# The interpreter that has fonttools (Debian's python3-fonttools).
FONT_PYTHON ?= /usr/bin/python3
FONT_DIR ?= /usr/share/fonts/opentype/inter
FONT_LICENSE ?= /usr/share/doc/fonts-inter/copyright
PYTHON ?= python3
Q := $(if $(V),,@)

VERSION := $(shell sed -n 's/^.define EPOCHLOG_VERSION "\(.*\)"/\1/p' logger/epochlog.h)
SOVERSION := 0

# Each build has its own folder: asan objects never meet release ones.
MODE := $(or $(SAN),$(if $(STRICT),strict,release))
B ?= build/$(MODE)

SAN_FLAGS_asan := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
SAN_FLAGS_tsan := -fsanitize=thread -fno-omit-frame-pointer
SAN_FLAGS := $(SAN_FLAGS_$(SAN))
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wdouble-promotion \
  -Wmissing-prototypes -Wstrict-prototypes -Wundef -Wwrite-strings -Wvla \
  $(if $(STRICT),-Werror)
OURS := -std=c11 -D_GNU_SOURCE -ffp-contract=off -fvisibility=hidden $(WARNINGS) \
  -Ilogger -Ireport -I$(B)/gen $(SAN_FLAGS)
LINK = $(CC) $(CFLAGS) $(SAN_FLAGS) $(LDFLAGS)

# Asked only when a file that needs it is built, so the logger needs none.
CAIRO_CFLAGS = $(shell $(PKG_CONFIG) --cflags cairo freetype2)
CAIRO_LIBS = $(shell $(PKG_CONFIG) --libs cairo freetype2)
FREETYPE_CFLAGS = $(shell $(PKG_CONFIG) --cflags freetype2)
RAQM_CFLAGS = $(shell $(PKG_CONFIG) --cflags raqm)
RAQM_LIBS = $(shell $(PKG_CONFIG) --libs raqm)
PNG_CFLAGS = $(shell $(PKG_CONFIG) --cflags libpng)
PNG_LIBS = $(shell $(PKG_CONFIG) --libs libpng)
CMARK_CFLAGS = $(shell $(PKG_CONFIG) --cflags libcmark)
CMARK_LIBS = $(shell $(PKG_CONFIG) --libs libcmark)
JANSSON_CFLAGS = $(shell $(PKG_CONFIG) --cflags jansson)
JANSSON_LIBS = $(shell $(PKG_CONFIG) --libs jansson)
CMOCKA_CFLAGS = $(shell $(PKG_CONFIG) --cflags cmocka)
CMOCKA_LIBS = $(shell $(PKG_CONFIG) --libs cmocka)
REPORT_LIBS = $(CAIRO_LIBS) $(RAQM_LIBS) $(PNG_LIBS) $(CMARK_LIBS) $(JANSSON_LIBS) -lz -lm -lpthread

objects = $(patsubst %.c,$(B)/%.o,$(sort $(1)))

LOGGER_O := $(call objects,$(wildcard logger/*.c))
LOGGER_PIC_O := $(LOGGER_O:.o=.pic.o)
# main.c and the cmd_*.c speak; the rest is a library that tests link with.
SPEAKING := report/main.c $(wildcard report/cmd_*.c)
COMMAND_O := $(call objects,$(SPEAKING))
REPORT_O := $(call objects,$(filter-out $(SPEAKING),$(wildcard report/*.c report/*/*.c)))
FONT_O := $(B)/gen/font_data.o
ASSETS := $(wildcard report/page/template/*)
ASSETS_O := $(if $(ASSETS),$(B)/gen/assets.o)
EXAMPLES := $(patsubst examples/%.c,$(B)/examples/%,$(filter-out examples/common.c,$(wildcard examples/*.c)))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/test_*.c))
TORTURES := $(patsubst tests/torture/%.c,$(B)/tests/torture/%,$(wildcard tests/torture/*.c))
TEST_O := $(call objects,$(wildcard tests/*.c))
NUMBERS := $(B)/tests/agree/numbers

LIB := $(B)/libepochlog.a
SO := $(B)/libepochlog.so.$(VERSION)
REPORT_LIB := $(B)/libreport.a
COMMAND := $(B)/epochlog

.PHONY: all logger lib deps demo gallery test run-tests unit cli vectors damage degenerate check threads headers layers \
  symbols tidy format format-check python python-parts python-extension python-dev python-test python-sanitized \
  python-versions python-types python-frameworks bench-python agree torture torture-short fuzz fuzz-reader bench examples install uninstall clean FORCE
# Parallel by default: the machine's processors, unless -j says otherwise.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif

all: logger $(COMMAND)
logger: $(LIB) $(SO) $(B)/libepochlog.so
lib: $(REPORT_LIB)
examples: $(EXAMPLES)

# Changing a flag rebuilds; the file is touched only when the text differs.
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS) $(OURS) $(LDFLAGS)' | cmp -s - $@ || echo '$(CC) $(CFLAGS) $(OURS) $(LDFLAGS)' >$@

$(B)/%.pic.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(OURS) $(EXTRA) -fPIC -MMD -MP -c -o $@ $<
$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(OURS) $(EXTRA) -MMD -MP -c -o $@ $<
$(B)/gen/%.o: $(B)/gen/%.c $(B)/flags
	$(Q)$(CC) $(CFLAGS) $(OURS) -c -o $@ $<

# Only these files are given the libraries, so no other can include them.
$(B)/report/chart/canvas_cairo.o $(B)/report/chart/cairo_drawing.o $(B)/report/chart/glyphs.o \
  $(B)/report/chart/glyph_faces.o: \
  EXTRA = $(CAIRO_CFLAGS)
$(B)/report/chart/font_set.o: EXTRA = $(FREETYPE_CFLAGS)
$(B)/report/chart/shaping.o: EXTRA = $(RAQM_CFLAGS)
$(B)/report/chart/png.o: EXTRA = $(PNG_CFLAGS)
$(B)/report/page/prose.o: EXTRA = $(CMARK_CFLAGS)
$(B)/report/json.o $(B)/report/analysis/aggregated.o: EXTRA = $(JANSSON_CFLAGS)
$(B)/tests/%.o: EXTRA = -Itests $(CMOCKA_CFLAGS) $(CAIRO_CFLAGS) $(JANSSON_CFLAGS)

$(LIB): $(LOGGER_O)
$(REPORT_LIB): $(REPORT_O) $(FONT_O) $(ASSETS_O)
$(LIB) $(REPORT_LIB):
	@rm -f $@
	$(Q)$(AR) rcs $@ $^
$(SO): $(LOGGER_PIC_O)
	$(Q)$(LINK) -shared -Wl,-soname,libepochlog.so.$(SOVERSION) -o $@ $^ -lz -lpthread
$(B)/libepochlog.so: $(SO)
	@ln -sf $(notdir $(SO)) $(B)/libepochlog.so.$(SOVERSION)
	@ln -sf libepochlog.so.$(SOVERSION) $@

$(COMMAND): $(COMMAND_O) $(REPORT_LIB) $(LIB)
	$(Q)$(LINK) -o $@ $^ $(REPORT_LIBS)

# The typeface: a subset of two weights, as C data.
$(B)/gen/font_data.c: report/chart/font/subset.py
	@mkdir -p $(@D)
	$(Q)$(FONT_PYTHON) $< $@ $(FONT_DIR)/Inter-Regular.otf $(FONT_DIR)/Inter-SemiBold.otf
# Style sheet and script of the page, as C data.
$(B)/gen/assets.c: $(ASSETS) report/page/assets.sh
	@mkdir -p $(@D)
	$(Q)sh report/page/assets.sh $(ASSETS) >$@

$(B)/examples/%: $(B)/examples/%.o $(B)/examples/common.o $(LIB)
	$(Q)$(LINK) -o $@ $^ -lz -lm -lpthread
# One test has the allocations of all that it is linked with pass through itself.
$(B)/tests/unit/test_stats_memory: WRAP := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free
$(B)/tests/%: $(B)/tests/%.o $(TEST_O) $(REPORT_LIB) $(LIB)
	$(Q)$(LINK) $(WRAP) -o $@ $^ $(REPORT_LIBS) $(CMOCKA_LIBS)

# A font of a few rectangles.
$(B)/tests/font.ttf: tests/font.py
	@mkdir -p $(@D)
	$(Q)$(FONT_PYTHON) $< $@
$(B)/tests/unit/test_fonts: | $(B)/tests/font.ttf

# Prints every statistic of cases, for comparison with other programs.
$(NUMBERS): $(call objects,$(wildcard tests/agree/*.c)) $(REPORT_LIB) $(LIB)
	$(Q)$(LINK) -o $@ $^ $(REPORT_LIBS)

# ---- Python: the extension module and the wheel, in CPython's limited API from 3.11 on ----

# The interpreter that the extension and the wheel are made with and tested on.
WHEEL_PYTHON ?= /usr/bin/python3
# It is asked only where a target is about Python.
ifneq ($(findstring python,$(MAKECMDGOALS)),)
PY_TAG := $(shell $(WHEEL_PYTHON) -c 'import sys; print("abi3" if sys.version_info >= (3, 11) else "cp%d%d" % sys.version_info[:2])')
PY_CFLAGS := -isystem $(shell $(WHEEL_PYTHON) -c 'import sysconfig; print(sysconfig.get_path("include"))') \
  $(if $(filter abi3,$(PY_TAG)),-DPy_LIMITED_API=0x030B0000)
PY_SOURCES := $(wildcard logger/python/src/*.c)
PY_O = $(PY_SOURCES:%.c=$(B)/%.$(PY_TAG).o)
PY_READER_O := $(patsubst %.o,%.pic.o,$(call objects,$(wildcard report/reader/*.c) report/parallel.c))
PY_EXTENSION = $(B)/python-$(PY_TAG)/_native.$(if $(filter abi3,$(PY_TAG)),abi3.)so
PY_PACKAGE = $(B)/python-dev$(patsubst %,-%,$(filter-out abi3,$(PY_TAG)))/epochlog
PY_PARTS ?= $(B)/python-$(PY_TAG)/parts
PY_WHEEL ?= $(B)/wheel
# Its tables hold functions as void * and names as char *, which these two refuse.
PY_OURS = $(filter-out -Wpedantic -Wwrite-strings,$(OURS))
# A library's .a, where there is one.
archive = $(filter /%,$(shell $(CC) -print-file-name=lib$(1).a))
# zlib is linked in, so that the module asks the system for nothing but libc.
ZLIB_A ?= $(or $(call archive,z),-lz)

$(B)/%.$(PY_TAG).o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(PY_OURS) -fPIC $(PY_CFLAGS) -MMD -MP -c -o $@ $<
$(PY_EXTENSION): $(PY_O) $(PY_READER_O) $(LOGGER_PIC_O) logger/python/wheel/exports.map
	@mkdir -p $(@D)
	$(Q)$(LINK) -shared -Wl,--version-script=logger/python/wheel/exports.map,--trace -o $@ \
	  $(filter %.o,$^) $(ZLIB_A) -lpthread -lm >$(@D)/linked
python-extension: $(PY_EXTENSION)
# The package as it stands, with extension and command in it: for PYTHONPATH.
python-dev: $(PY_EXTENSION) $(COMMAND)
	$(Q)rm -rf $(PY_PACKAGE) && mkdir -p $(PY_PACKAGE)/bin
	$(Q)cp -rs $(abspath logger/python/epochlog)/. $(PY_PACKAGE)
	$(Q)ln -sf $(abspath $(PY_EXTENSION)) $(PY_PACKAGE)/ && ln -sf $(abspath $(COMMAND)) $(PY_PACKAGE)/bin/

# The command of the wheel has what it can linked in, which leaves out all that cairo
# knows of window systems, and finds the other libraries beside itself.
WHEEL_COMMAND = $(B)/python-command/epochlog
WHEEL_LIBS = $(if $(call archive,cairo),$(foreach lib,cairo pixman-1 fontconfig expat,$(call archive,$(lib))),$(CAIRO_LIBS)) \
  $(or $(call archive,cmark),$(CMARK_LIBS)) -lfreetype $(RAQM_LIBS) $(PNG_LIBS) $(JANSSON_LIBS) -lz -lm -lpthread
$(WHEEL_COMMAND): $(COMMAND_O) $(B)/logger/python/wheel/older_glibc.o $(REPORT_LIB) $(LIB)
	@mkdir -p $(@D)
	$(Q)$(LINK) -s -Wl,--disable-new-dtags,-rpath,'$$ORIGIN/../lib',--as-needed,--gc-sections,--trace -o $@ \
	  $^ $(WHEEL_LIBS) >$(@D)/linked
# A machine without the libraries for charts makes a wheel without the command.
CHARTS := cairo freetype2 raqm libpng libcmark jansson
HAS_CHARTS := $(shell $(PKG_CONFIG) --exists $(CHARTS) && echo yes)
python-parts: $(PY_EXTENSION) $(if $(HAS_CHARTS),$(WHEEL_COMMAND))
	$(Q)rm -rf $(PY_PARTS) && mkdir -p $(PY_PARTS)/epochlog $(PY_PARTS)/licenses
	$(Q)strip -o $(PY_PARTS)/epochlog/$(notdir $(PY_EXTENSION)) $(PY_EXTENSION)
	$(Q)cp LICENSE $(PY_PARTS)/licenses/LICENSE
	$(Q)if [ -n '$(HAS_CHARTS)' ]; then \
	  install -D -m 755 $(WHEEL_COMMAND) $(PY_PARTS)/epochlog/bin/epochlog && \
	  cp $(FONT_LICENSE) $(PY_PARTS)/licenses/LICENSE-typeface && \
	  sh logger/python/wheel/bundle.sh $(PY_PARTS) $(dir $(PY_EXTENSION))linked $(dir $(WHEEL_COMMAND))linked -- $(WHEEL_COMMAND); \
	else echo 'python: no $(CHARTS): the wheel is without the command'; \
	  sh logger/python/wheel/bundle.sh $(PY_PARTS) $(dir $(PY_EXTENSION))linked --; fi
python: python-parts
	$(Q)rm -rf $(PY_WHEEL) && mkdir -p $(PY_WHEEL)
	$(Q)cd logger/python && env -u PYTHONDONTWRITEBYTECODE EPOCHLOG_PARTS=$(abspath $(PY_PARTS)) \
	  $(WHEEL_PYTHON) -W ignore setup.py --quiet bdist_wheel -d $(abspath $(PY_WHEEL))
	@ls -l $(PY_WHEEL) | awk 'NR > 1 { printf "%s: %.1f MB\n", $$NF, $$5 / 1e6 }'

# The tests in an environment of the wheel and pytest alone.  PYTEST='-k name' picks some.
python-test: python
	$(Q)sh tests/python/run.sh $(WHEEL_PYTHON) $(abspath $(PY_WHEEL))/*.whl $(abspath $(B)/python-test) $(PYTEST)
# The same with the package of this build in the wheel's place: for SAN=asan, whose
# runtime has to be there before the interpreter's allocator.
python-sanitized: python-dev
	$(Q)ASAN_OPTIONS=detect_leaks=0:handle_segv=0 PRELOAD=$$($(CC) -print-file-name=libasan.so) OVER=$(abspath $(dir $(PY_PACKAGE))) \
	  sh tests/python/run.sh $(WHEEL_PYTHON) $(PY_RELEASED) $(abspath $(B)/python-test) $(PYTEST)
# What the other parts of the check take as made: the wheel of the release.
PY_RELEASED = $(abspath build/release/wheel)/*.whl
python-versions:
	$(Q)! sh .ci/pypi.sh $(WHEEL_PYTHON) 'the tests on other versions of Python' || \
	  sh tests/python/versions.sh $(PY_RELEASED) $(abspath build/python-versions)
python-frameworks:
	$(Q)! sh .ci/pypi.sh $(WHEEL_PYTHON) 'the tests against the frameworks' || \
	  sh tests/python/frameworks.sh $(WHEEL_PYTHON) $(PY_RELEASED) $(abspath build/python-frameworks) $(PYTEST)
# Beside the loggers of others, from PyPI.  QUICK=1 looks whether it runs.
bench-python: python
	$(Q)! sh .ci/pypi.sh $(WHEEL_PYTHON) 'the comparison with the loggers of others' || \
	  sh tests/bench/python/run.sh $(WHEEL_PYTHON) $(abspath $(PY_WHEEL))/*.whl $(abspath build/bench-python) $(if $(QUICK),quick)
python-types:
	$(Q)sh .ci/python.sh $(WHEEL_PYTHON) $(PY_RELEASED) $(abspath build/python-tools)
endif

# ---- what a user does ----

deps:
	$(Q)sh .ci/deps.sh

demo: deps
	$(Q)$(MAKE) --no-print-directory all examples
	$(Q)sh examples/demo.sh $(COMMAND) $(B)/examples

gallery: $(COMMAND) examples
	$(Q)sh examples/gallery.sh $(COMMAND) $(B)/examples $(B)/gallery

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR) \
	  $(DESTDIR)$(MANDIR)/man1
	install -m 755 $(COMMAND) $(DESTDIR)$(BINDIR)/epochlog
	install -m 644 $(LIB) $(DESTDIR)$(LIBDIR)/libepochlog.a
	install -m 755 $(SO) $(DESTDIR)$(LIBDIR)/libepochlog.so.$(VERSION)
	ln -sf libepochlog.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libepochlog.so.$(SOVERSION)
	ln -sf libepochlog.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libepochlog.so
	install -m 644 logger/epochlog.h $(DESTDIR)$(INCLUDEDIR)/epochlog.h
	install -m 644 report/epochlog.1 $(DESTDIR)$(MANDIR)/man1/epochlog.1
	install -D -m 644 report/completion/epochlog.bash $(DESTDIR)$(DATADIR)/bash-completion/completions/epochlog
	install -D -m 644 report/completion/epochlog.zsh $(DESTDIR)$(DATADIR)/zsh/site-functions/_epochlog
	install -D -m 644 LICENSE $(DESTDIR)$(DATADIR)/doc/epochlog/LICENSE
	install -m 644 $(FONT_LICENSE) $(DESTDIR)$(DATADIR)/doc/epochlog/LICENSE-typeface
	sed -e 's|@prefix@|$(PREFIX)|' -e 's|@libdir@|$(LIBDIR)|' -e 's|@includedir@|$(INCLUDEDIR)|' \
	  -e 's|@version@|$(VERSION)|' logger/epochlog.pc.in >$(DESTDIR)$(LIBDIR)/pkgconfig/epochlog.pc

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/epochlog $(DESTDIR)$(INCLUDEDIR)/epochlog.h \
	  $(DESTDIR)$(MANDIR)/man1/epochlog.1 $(DESTDIR)$(LIBDIR)/pkgconfig/epochlog.pc \
	  $(DESTDIR)$(LIBDIR)/libepochlog.a $(DESTDIR)$(LIBDIR)/libepochlog.so* \
	  $(DESTDIR)$(DATADIR)/bash-completion/completions/epochlog \
	  $(DESTDIR)$(DATADIR)/zsh/site-functions/_epochlog
	rm -rf $(DESTDIR)$(DATADIR)/doc/epochlog

clean:
	rm -rf build

# ---- what a developer does ----

# Every test program runs on its own, so one that crashes does not hide others.
test: deps
	$(Q)$(MAKE) --no-print-directory run-tests python-test
run-tests: unit cli vectors damage degenerate

unit: $(UNIT_TESTS)
	$(Q)sh tests/run_unit.sh $(UNIT_TESTS)
cli: $(COMMAND) examples
	$(Q)EPOCHLOG=$(abspath $(COMMAND)) sh tests/cli/run.sh
# Input no chart is made for: reports that say what is wrong, pictures with ink.
degenerate: $(COMMAND) $(B)/tests/degenerate/logged
	$(Q)$(PYTHON) tests/degenerate/run.py $(COMMAND) $(B)/tests/degenerate/logged
# The independent reader decodes every vector, and so does ours.
vectors: $(COMMAND) examples
	$(Q)EPOCHLOG=$(abspath $(COMMAND)) $(PYTHON) tests/format/test_vectors.py
	$(Q)sh tests/format/test_written.sh $(COMMAND) $(B)/examples
# Every truncation and every flipped byte of logs; of the large one every STRIDE-th.
STRIDE ?= 29
damage: $(B)/tests/damage/damage $(B)/examples/diabetes $(COMMAND)
	$(Q)sh tests/damage/run.sh $(B)/tests/damage/damage $(B)/examples $(COMMAND) $(STRIDE)

# In the order that fails soonest; what stands on one line runs side by side.
check:
	$(Q)sh .ci/deps.sh check
	$(Q)$(MAKE) --no-print-directory headers layers format-check tidy
	$(Q)$(MAKE) --no-print-directory STRICT=1 all examples symbols python-dev
	$(Q)$(MAKE) --no-print-directory STRICT=1 CC=$(CLANG) B=build/clang all examples $(patsubst $(B)/%,build/clang/%,$(UNIT_TESTS)) python-dev
	$(Q)$(MAKE) --no-print-directory python && $(MAKE) --no-print-directory python-types
	$(Q)$(MAKE) --no-print-directory SAN=asan CFLAGS='-O1 -g' unit cli
	$(Q)$(MAKE) --no-print-directory SAN=asan CFLAGS='-O1 -g' STRIDE=1 damage python-sanitized
	$(Q)$(MAKE) --no-print-directory SAN=tsan CFLAGS='-O1 -g' threads
	$(Q)$(MAKE) --no-print-directory torture-short
	$(Q)$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=20
	$(Q)$(MAKE) --no-print-directory agree python-versions python-frameworks
	$(Q)mandoc -T lint -W warning report/epochlog.1
	@echo "check: all passed"

# Threads sharing a run, under the thread sanitizer.
THREADED := $(patsubst %,$(B)/tests/unit/test_%,threads lock writer parallel sort multiclass stats_memory)
threads: $(THREADED)
	$(Q)sh tests/run_unit.sh $(THREADED)

# Every header compiles alone; the public one as C++11 too.
headers:
	$(Q)for header in logger/*.h report/*.h report/*/*.h; do \
	  $(CC) $(OURS) -Werror -Wno-unused-function -x c -fsyntax-only $$header || exit 1; done
	$(Q)include=$$($(WHEEL_PYTHON) -c 'import sysconfig; print(sysconfig.get_path("include"))'); \
	for header in logger/python/src/*.h; do \
	  $(CC) $(OURS) -isystem $$include -Werror -Wno-unused-function -x c -fsyntax-only $$header || exit 1; done
	$(Q)$(CXX) -std=c++11 -Wall -Wextra -Wpedantic -Werror -x c++ -fsyntax-only logger/epochlog.h
	@echo "headers: each compiles alone"
layers:
	$(Q)sh .ci/layers.sh
# A static library has no private names, so all of them carry the prefix.
symbols: $(LIB) $(SO)
	$(Q)! nm -g --defined-only $(LIB) | awk 'NF == 3 && $$3 !~ /^epochlog_/' | grep .
	$(Q)! nm -D --defined-only $(SO) | awk 'NF == 3 && $$3 ~ /^epochlog__/' | grep .
	@echo "symbols: only epochlog_ names leave the library"
SOURCES := $(wildcard logger/*.[ch] logger/python/*/*.[ch] report/*.[ch] report/*/*.[ch] tests/*.[ch] tests/*/*.[ch] examples/*.[ch])
CLANG ?= clang-14
CLANG_FORMAT ?= clang-format-14
format:
	$(Q)$(CLANG_FORMAT) --style=file:.ci/clang-format -i $(SOURCES)
format-check:
	$(Q)$(CLANG_FORMAT) --style=file:.ci/clang-format --dry-run -Werror $(SOURCES)
	@echo "format: as .ci/clang-format says"
tidy:
	$(Q)cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability \
	  --library=python --inline-suppr --suppressions-list=.ci/cppcheck -Ilogger -Ireport -j 2 logger report examples
	@echo "tidy: cppcheck finds nothing"
# Every number and every point of a curve against scikit-learn, statsmodels and pROC.
agree: $(COMMAND) $(NUMBERS) examples
	$(Q)sh tests/agree/run.sh $(COMMAND) $(B)/examples $(NUMBERS)
torture: $(TORTURES) examples $(COMMAND)
	$(Q)sh tests/torture/run.sh long $(B)
torture-short: $(TORTURES) examples $(COMMAND)
	$(Q)sh tests/torture/run.sh short $(B)
FUZZ_SECONDS ?= 60
fuzz:
	$(Q)$(MAKE) --no-print-directory CC=$(CLANG) SAN=asan B=build/fuzz CFLAGS='-O1 -g -DEPOCHLOG_FUZZ -fsanitize=fuzzer-no-link' fuzz-reader
fuzz-reader: $(B)/tests/fuzz/fuzz_reader.o $(REPORT_LIB) $(LIB)
	$(Q)$(LINK) -fsanitize=fuzzer -o $(B)/fuzz_reader $^ $(REPORT_LIBS)
	$(Q)mkdir -p $(B)/corpus
	$(Q)$(B)/fuzz_reader -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -rss_limit_mb=2048 \
	  -artifact_prefix=$(B)/ -print_final_stats=1 $(B)/corpus format-spec/vectors/good \
	  format-spec/vectors/damaged format-spec/vectors/torn >$(B)/fuzz.log 2>&1 || \
	  { tail -40 $(B)/fuzz.log; exit 1; }
	@sed -n 's/^Done \(.*\)/fuzz: \1 and nothing found/p' $(B)/fuzz.log
# Linked as a user's program is, without what the tests put in the library's place.
BENCHES := $(patsubst tests/bench/%.c,$(B)/tests/bench/%,$(wildcard tests/bench/bench_*.c))
$(BENCHES): $(B)/tests/bench/%: $(B)/tests/bench/%.o $(B)/tests/bench/measure.o $(B)/tests/bench/training.o $(LIB)
	$(Q)$(LINK) -o $@ $^ -lz -lm -lpthread
# QUICK=1 looks whether it runs; its figures are rough.  PARTS='call predictions' runs
# only these.
bench: all examples $(BENCHES)
	$(Q)PARTS='$(PARTS)' sh tests/bench/run.sh $(COMMAND) $(B) $(if $(QUICK),quick)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
