/*
 * Cuts sources into tokens with clang's own lexer, for strip_test.go.
 *
 * usage: lexer LIBCLANG
 *
 * LIBCLANG is libclang's shared library. Its C interface is stable; what is
 * used of it is declared here, so that no header of it needs to be there.
 * libclang's tokens are those of the raw lexer, as in "clang -cc1
 * -dump-raw-tokens": no directive is obeyed, no macro expanded, every branch
 * of a conditional is seen.
 *
 * Standard input holds batches: the number of files, their lengths, their
 * bytes. The answer to each is, file by file, the number of tokens, and for
 * each token its kind, offset and length. All numbers are 32 bits wide, in the
 * machine's byte order.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-c/Index.h */
typedef void *CXIndex, *CXTranslationUnit, *CXFile;
struct CXUnsavedFile { const char *Filename, *Contents; unsigned long Length; };
typedef struct { const void *ptr_data[2]; unsigned int_data; } CXSourceLocation;
typedef struct { const void *ptr_data[2]; unsigned begin, end; } CXSourceRange;
typedef struct { unsigned int_data[4]; void *ptr_data; } CXToken;

static CXIndex (*createIndex)(int, int);
static CXTranslationUnit (*parseTranslationUnit)(CXIndex, const char *, const char *const *, int, struct CXUnsavedFile *, unsigned, unsigned);
static void (*disposeTranslationUnit)(CXTranslationUnit);
static CXFile (*getFile)(CXTranslationUnit, const char *);
static CXSourceLocation (*getLocationForOffset)(CXTranslationUnit, CXFile, unsigned);
static CXSourceRange (*getRange)(CXSourceLocation, CXSourceLocation);
static void (*tokenize)(CXTranslationUnit, CXSourceRange, CXToken **, unsigned *);
static void (*disposeTokens)(CXTranslationUnit, CXToken *, unsigned);
static int (*getTokenKind)(CXToken);
static CXSourceRange (*getTokenExtent)(CXTranslationUnit, CXToken);
static CXSourceLocation (*getRangeStart)(CXSourceRange);
static CXSourceLocation (*getRangeEnd)(CXSourceRange);
static void (*getFileLocation)(CXSourceLocation, CXFile *, unsigned *, unsigned *, unsigned *);

struct token { uint32_t kind, offset, length; };
struct tokens { struct token *at; size_t n, room; };

static CXIndex index_;

static void die(const char *what)
{
	fprintf(stderr, "lexer: %s\n", what);
	exit(1);
}

static void *get(void *lib, const char *name)
{
	void *f = dlsym(lib, name);

	if (!f)
		die(dlerror());
	return f;
}

static void *alloc(void *old, size_t size)
{
	old = realloc(old, size ? size : 1);
	if (!old)
		die("out of memory");
	return old;
}

static unsigned offset(CXSourceLocation at)
{
	CXFile file;
	unsigned n;

	getFileLocation(at, &file, NULL, NULL, &n);
	return n;
}

/*
 * Under this line the compiler itself skips all, as far as the text's own
 * conditionals are in pairs. The lexer does not.
 */
static const char head[] = "#if 0\n";
enum { HEAD = sizeof(head) - 1, HEAD_TOKENS = 3 };

/* What stands between two files, so that a // comment or a splice ends. */
static const char gap[] = "\n\n";
enum { GAP = sizeof(gap) - 1 };

/* Returns all tokens of the text, which begins with head; they are valid until the next call. */
static struct tokens lex(const char *text, size_t len)
{
	static const char name[] = "/nowhere/text.c";
	static const char *const args[] = { "-x", "c", "-std=gnu11", "-nostdinc", "-w", "-ferror-limit=1" };
	static struct tokens out;
	struct CXUnsavedFile file = { name, text, len };
	CXTranslationUnit tu = parseTranslationUnit(index_, name, args, sizeof(args) / sizeof(*args), &file, 1, 0);
	CXToken *t;
	unsigned n, i;
	CXFile f;

	if (!tu)
		die("libclang cannot read the text");
	f = getFile(tu, name);
	tokenize(tu, getRange(getLocationForOffset(tu, f, 0), getLocationForOffset(tu, f, len)), &t, &n);
	if (n < HEAD_TOKENS)
		die("libclang finds no tokens");
	if (n > out.room) {
		out.room = n;
		out.at = alloc(out.at, n * sizeof(*out.at));
	}
	out.n = 0;
	for (i = HEAD_TOKENS; i < n; i++) {
		CXSourceRange r = getTokenExtent(tu, t[i]);
		unsigned from = offset(getRangeStart(r)), to = offset(getRangeEnd(r));

		out.at[out.n++] = (struct token){ getTokenKind(t[i]), from - HEAD, to - from };
	}
	disposeTokens(tu, t, n);
	disposeTranslationUnit(tu);
	return out;
}

static void put(const void *data, size_t size)
{
	if (size && fwrite(data, size, 1, stdout) != 1)
		die("cannot write");
}

static void put_tokens(const struct token *t, uint32_t n)
{
	put(&n, sizeof(n));
	put(t, n * sizeof(*t));
}

/* Lexes all files as one text. Returns 0 if a token does not end with its file. */
static int together(char *text, const char *in, const uint32_t *len, uint32_t count)
{
	size_t at = HEAD, next = 0;
	struct tokens all;
	uint32_t i;

	for (i = 0; i < count; in += len[i++]) {
		memcpy(text + at, in, len[i]);
		memcpy(text + at + len[i], gap, GAP);
		at += len[i] + GAP;
	}
	all = lex(text, at);
	for (i = 0, at = 0; i < count; at += len[i++] + GAP) {
		for (; next < all.n && all.at[next].offset < at + len[i]; next++)
			if (all.at[next].offset + all.at[next].length > at + len[i])
				return 0;
	}
	for (i = 0, at = 0, next = 0; i < count; at += len[i++] + GAP) {
		size_t first = next;

		for (; next < all.n && all.at[next].offset < at + len[i]; next++)
			all.at[next].offset -= at;
		put_tokens(all.at + first, next - first);
	}
	return 1;
}

static void each_alone(char *text, const char *in, const uint32_t *len, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; in += len[i++]) {
		struct tokens t;

		memcpy(text + HEAD, in, len[i]);
		t = lex(text, HEAD + len[i]);
		put_tokens(t.at, t.n);
	}
}

int main(int argc, char **argv)
{
	uint32_t count, *len = NULL;
	char *in = NULL, *text = NULL;
	void *lib;

	if (argc != 2)
		die("usage: lexer LIBCLANG");
	lib = dlopen(argv[1], RTLD_NOW);
	if (!lib)
		die(dlerror());
	createIndex = get(lib, "clang_createIndex");
	parseTranslationUnit = get(lib, "clang_parseTranslationUnit");
	disposeTranslationUnit = get(lib, "clang_disposeTranslationUnit");
	getFile = get(lib, "clang_getFile");
	getLocationForOffset = get(lib, "clang_getLocationForOffset");
	getRange = get(lib, "clang_getRange");
	tokenize = get(lib, "clang_tokenize");
	disposeTokens = get(lib, "clang_disposeTokens");
	getTokenKind = get(lib, "clang_getTokenKind");
	getTokenExtent = get(lib, "clang_getTokenExtent");
	getRangeStart = get(lib, "clang_getRangeStart");
	getRangeEnd = get(lib, "clang_getRangeEnd");
	getFileLocation = get(lib, "clang_getFileLocation");
	index_ = createIndex(0, 0);

	while (fread(&count, sizeof(count), 1, stdin) == 1) {
		size_t size = 0;

		len = alloc(len, count * sizeof(*len));
		if (fread(len, sizeof(*len), count, stdin) != count)
			die("the input ends in a batch");
		for (uint32_t i = 0; i < count; i++)
			size += len[i];
		in = alloc(in, size);
		if (size && fread(in, size, 1, stdin) != 1)
			die("the input ends in a batch");
		text = alloc(text, HEAD + size + GAP * (size_t)count);
		memcpy(text, head, HEAD);
		if (!together(text, in, len, count))
			each_alone(text, in, len, count);
		if (fflush(stdout))
			die("cannot write");
	}
	return ferror(stdin) != 0;
}
