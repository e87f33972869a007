/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A call site with its name and place: what the reports print and the tree holds.
 *
 * Produced by analyzer/attribute from an account row and the symbol maps; all
 * strings live as long as the attribution that made them. A string that isn't
 * known is NULL, a number that isn't known has its flag unset: never guessed.
 */
#ifndef ANALYZER_ATTRIBUTE_CALL_SITE_H
#define ANALYZER_ATTRIBUTE_CALL_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/account/account.h"

enum site_naming {
	SITE_NAMED,	     /* the trace or one symbol of the map gives the function */
	SITE_AMBIGUOUS,	     /* several symbols with that name and size remain */
	SITE_UNKNOWN_SYMBOL, /* the trace names a function no map or object defines */
	SITE_SIZE_MISMATCH,  /* a map has the name, but with another size: wrong map */
	SITE_RAW,	     /* a bare address that no map names */
};

enum site_placing {
	SITE_PLACED,	/* directory (and object) of the kernel tree */
	SITE_IN_MODULE, /* a module whose object is not in the tree: "(module NAME)" */
	SITE_UNPLACED,	/* "(unplaced)" */
};

/* How a site allocates, by the call instruction in front of it (tail_call.h). */
enum site_call {
	SITE_CALL_UNKNOWN,   /* not looked at: no code at hand, or where it is isn't known */
	SITE_CALL_ALLOCATOR, /* calls an allocator */
	SITE_CALL_VIA,	     /* calls a function that lets the kernel name its caller */
	SITE_CALL_TAIL,	     /* called a function that jumped to an allocator: that one is blamed */
	SITE_CALL_INDIRECT,  /* calls through a pointer */
	SITE_CALL_UNDECIDABLE, /* calls something else, or the processor's code isn't known */
	SITE_CALL_NONE,	       /* no call ends there: this isn't the code that ran */
};
#define SITE_CALL_KINDS (SITE_CALL_NONE + 1)

/* "direct", "via", "tail", "indirect", "undecidable", "no-call"; "unknown" first */
extern const char *const site_call_names[SITE_CALL_KINDS];

/* One function of the chain of inlined calls at a call site. */
struct site_frame {
	const char *function; /* as in the source: without .constprop.0 and the like; may be NULL */
	const char *file; /* where in it the call, or the next inlined function, is; may be NULL */
	uint32_t line;	  /* 0 if unknown */
};

/* A function an ambiguous site may be in. */
struct site_candidate {
	uint64_t address; /* link-time address of the return */
	const char *file; /* compilation unit or STT_FILE name, NULL if unknown */
};

/* What the runs of a merged analysis had of something (analyzer/report/fleet.h). */
struct run_spread {
	uint64_t runs; /* in which it was met */
	int64_t minimum;
	int64_t maximum;
};

struct call_site {
	const char *site;   /* as the trace printed it: the key of the account row */
	const char *caller; /* account-file label: "function+0xoff", " [module]" appended, or the
			       raw address */
	struct site_account figures;
	struct timeline_series series; /* live bytes over time; empty without a timeline */
	const struct run_spread *runs; /* live bytes in each run of a merged analysis, else NULL */
	struct tree_node *node;	       /* the site's node in the memory tree, when one was built */

	/* Its name. */
	const char *function;	/* NULL if unnamed */
	uint64_t offset;	/* into function; valid if function */
	uint64_t function_size; /* 0 if unknown */
	const char *module;	/* NULL for the kernel itself */
	uint64_t address;	/* link-time (vmlinux) address; valid if has_address */

	/* Its place. */
	const char *object;    /* "fs/inode.o" relative to the build, NULL if unplaced */
	const char *directory; /* "fs", "" for the top, "(module leaky)", "(unplaced)" */

	/*
	 * From debug info, else empty: innermost frame first. The blamed one is the first that
	 * is no wrapper of the allocator's own (site_blame.h); file and line are its.
	 */
	const struct site_frame *frames;
	size_t frame_count;
	size_t blamed;
	const char *file; /* source file of the call, NULL unless debug info gave it */
	const char *unit; /* compilation unit of the function, NULL unless debug info gave it */

	const struct site_candidate *candidates; /* SITE_AMBIGUOUS in vmlinux: all that remain */
	size_t candidate_count;

	/* Where the return address is in the module's .ko, valid if has_module_place. */
	uint64_t module_offset;
	uint32_t module_section;

	uint32_t line; /* of file; 0 if unknown */
	/* By the place of an in-tree .ko, NULL if that doesn't tell. */
	const char *module_directory;

	const char *via; /* SITE_CALL_VIA, _UNDECIDABLE: the function called there, or NULL */
	/*
	 * SITE_CALL_TAIL: what the trace named ("leaky_init+0x54 [leaky]"); function, module,
	 * place and address are of the function that jumped. caller stays the trace's. NULL
	 * otherwise.
	 */
	const char *seen_from;

	enum site_call call;
	enum site_naming naming;
	enum site_placing placing;
	bool has_address;
	bool has_module_place;
	bool unit_differs; /* the unit is in another directory than the object: the object won */
	/*
	 * In init text, which was freed when the module had been loaded, so that no map shows it:
	 * of `module` where the function is known (init_text.h), else only probably
	 * (site_init_text.h).
	 */
	bool in_init_text;
	/* The file that gave its place in the module is not that of the traced one (build id). */
	bool module_differs;
};

#endif
