/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/build_discovery.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

int build_plan_init(struct build_plan *plan, const char *path, struct arena *arena,
		    struct error *err)
{
	int errnum;

	*plan = (struct build_plan){.arena = arena};
	build_list_init(&plan->list, arena);
	build_list_init(&plan->archives, arena);
	errnum = build_root_init(&plan->root, path);
	if (errnum != 0) {
		return error_set_errno(err, ERROR_INPUT, errnum, "%s", path);
	}
	plan->has_vmlinux = build_file_exists(&plan->root, "vmlinux");
	plan->has_system_map = build_file_exists(&plan->root, "System.map");
	return 0;
}

void build_plan_release(struct build_plan *plan)
{
	build_list_release(&plan->list);
	build_list_release(&plan->archives);
	if (plan->walked) {
		build_walk_release(&plan->walk);
		plan->walked = false;
	}
}

bool build_root_is_build(const struct build_root *root)
{
	static const char *const marks[] = {"vmlinux",	       "vmlinux.a",	"built-in.a",
					    "init/built-in.a", "modules.order", "init/built-in.o",
					    "init/main.o",     "System.map"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (build_file_exists(root, marks[i])) {
			return true;
		}
	}
	return false;
}

int build_plan_walk(struct build_plan *plan)
{
	if (!plan->walked) {
		if (build_walk_run(&plan->walk, &plan->root, plan->arena) < 0) {
			return ERROR_NO_MEMORY;
		}
		plan->walked = true;
	}
	return 0;
}

static int add_if_there(struct build_plan *plan, const char *path)
{
	if (!build_file_exists(&plan->root, path)) {
		return 0;
	}
	return build_list_add(&plan->list, path, NULL, LINK_CERTAIN, NULL);
}

/*
 * What link-vmlinux.sh links beside the archives. Of the numbered kallsyms and BTF
 * passes only the last is in the final vmlinux.
 */
static int add_last_objects(struct build_plan *plan)
{
	static const char *const single[] = {"init/version-timestamp.o", ".vmlinux.export.o",
					     ".builtin-dtbs.o", ".btf.vmlinux.bin.o"};
	static const char *const numbered[][2] = {{".tmp_kallsyms", ".o"},
						  {".tmp_vmlinux.kallsyms", ".o"},
						  {".tmp_vmlinux", ".kallsyms.o"},
						  {".tmp_vmlinux", ".btf.o"}};
	int result = 0;

	for (size_t i = 0; result == 0 && i < sizeof(single) / sizeof(single[0]); i++) {
		result = add_if_there(plan, single[i]);
	}
	for (size_t i = 0; result == 0 && i < sizeof(numbered) / sizeof(numbered[0]); i++) {
		for (int pass = 3; pass >= 0; pass--) {
			char path[64];

			(void)snprintf(path, sizeof(path), "%s%d%s", numbered[i][0], pass,
				       numbered[i][1]);
			if (build_file_exists(&plan->root, path)) {
				result = add_if_there(plan, path);
				break;
			}
		}
	}
	return result;
}

/* lib/lib.a, arch/x/lib/lib.a and the EFI stub's, without a walk. */
static int find_libs(struct build_plan *plan, struct path_array *libs)
{
	static const char *const fixed[] = {"lib/lib.a", "drivers/firmware/efi/libstub/lib.a"};
	char path[BUILD_PATH_MAX];
	struct dirent *entry;
	DIR *directory;
	bool ok = true;

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		if (build_file_exists(&plan->root, fixed[i])) {
			ok = ok && path_array_add(libs, plan->arena, fixed[i]);
		}
	}
	directory = build_path_full(&plan->root, "arch", path) ? opendir(path) : NULL;
	while (ok && directory && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.' || snprintf(path, sizeof(path), "arch/%s/lib/lib.a",
							entry->d_name) >= (int)sizeof(path)) {
			continue;
		}
		if (build_file_exists(&plan->root, path)) {
			ok = path_array_add(libs, plan->arena, path);
		}
	}
	if (directory) {
		closedir(directory);
	}
	path_array_sort(libs);
	return ok ? 0 : ERROR_NO_MEMORY;
}

/* Members that are listed already (linked whole) keep their certainty. */
static int add_libs(struct build_plan *plan, const struct path_array *libs, bool follow_links)
{
	int result = 0;

	for (size_t i = 0; result >= 0 && i < libs->count; i++) {
		result = build_expand(plan, libs->paths[i], NULL, build_walk_place(libs->paths[i]),
				      follow_links);
	}
	return result < 0 ? result : 0;
}

/* The archive of the whole kernel at the top. 0, 1 when it says nothing, ERROR_NO_MEMORY. */
static int use_top_archive(struct build_plan *plan, const char *name)
{
	struct path_array libs = {0};
	int result;

	if (!build_file_exists(&plan->root, name)) {
		return 1;
	}
	result = build_expand(plan, name, NULL, LINK_CERTAIN, false);
	if (result != 0 || plan->list.count == 0) {
		return result != 0 ? result : 1;
	}
	plan->evidence = name;
	result = find_libs(plan, &libs);
	if (result == 0) {
		result = add_libs(plan, &libs, false);
	}
	path_array_release(&libs);
	return result;
}

static bool is_archive_path(const char *path)
{
	return text_has_suffix(path, strlen(path), ".a");
}

/* A tree once built by an older kernel may hold stale built-in.o beside its built-in.a. */
static void drop_stale_builtins(struct path_array *builtins)
{
	size_t kept = 0;

	for (size_t i = 0; i < builtins->count; i++) {
		if (is_archive_path(builtins->paths[i])) {
			builtins->paths[kept++] = builtins->paths[i];
		}
	}
	if (kept > 0) {
		builtins->count = kept;
	}
}

/* Relocatable built-in.o files say nothing by themselves: all need their .cmd. */
static int builtins_are_readable(struct build_plan *plan, bool *ret)
{
	struct path_array inputs = {0};
	int result = 0;

	drop_stale_builtins(&plan->walk.builtins);
	*ret = plan->walk.builtins.count > 0;
	for (size_t i = 0; result == 0 && *ret && i < plan->walk.builtins.count; i++) {
		const char *path = plan->walk.builtins.paths[i];
		bool known;
		bool is_link;

		if (build_file_is_archive(&plan->root, path)) {
			continue;
		}
		result = build_link_inputs(plan, path, &inputs, &known, &is_link);
		*ret = is_link;
	}
	path_array_release(&inputs);
	return result;
}

/* Head objects are linked first and by name, not through built-in.a (up to 6.0). */
static int add_heads(struct build_plan *plan)
{
	int result = 0;

	for (size_t i = 0; result == 0 && i < plan->walk.objects.count; i++) {
		const char *path = plan->walk.objects.paths[i];
		const char *rest = strncmp(path, "arch/", 5) == 0 ? strchr(path + 5, '/') : NULL;

		if (rest && strncmp(rest, "/kernel/", 8) == 0 && !strchr(rest + 8, '/')) {
			result = build_list_add(&plan->list, path, NULL, LINK_LIKELY, NULL);
		}
	}
	return result;
}

/* One built-in.a or built-in.o per folder. 0, 1 when there is none, ERROR_NO_MEMORY. */
static int use_folder_archives(struct build_plan *plan)
{
	bool readable = false;
	bool follow_links;
	int result = build_plan_walk(plan);

	if (result == 0) {
		result = builtins_are_readable(plan, &readable);
	}
	if (result < 0 || !readable) {
		return result < 0 ? result : 1;
	}
	follow_links = !is_archive_path(plan->walk.builtins.paths[0]);
	for (size_t i = 0; result >= 0 && i < plan->walk.builtins.count; i++) {
		result = build_expand(plan, plan->walk.builtins.paths[i], NULL, LINK_CERTAIN,
				      follow_links);
	}
	if (result < 0 || plan->list.count == 0) {
		return result < 0 ? result : 1;
	}
	plan->evidence = follow_links ? "built-in.o" : "built-in.a";
	result = add_heads(plan);
	return result == 0 ? add_libs(plan, &plan->walk.libs, follow_links) : result;
}

/* Objects that no record names. Links of others are left out: their parts are walked too. */
static int use_walk(struct build_plan *plan)
{
	struct path_array inputs = {0};
	int result = build_plan_walk(plan);

	plan->evidence = "directory walk";
	for (size_t i = 0; result == 0 && i < plan->walk.objects.count; i++) {
		const char *path = plan->walk.objects.paths[i];
		struct build_object *object = build_list_find(&plan->list, path);
		bool known = false;
		bool is_link = false;

		if (object && object->certainty == LINK_CERTAIN) {
			continue;
		}
		result = build_link_inputs(plan, path, &inputs, &known, &is_link);
		if (result == 0 && !is_link) {
			result = build_list_add(&plan->list, path, NULL, build_walk_place(path),
						&object);
		}
		if (result == 0 && !is_link) {
			object->maybe_composite = !known;
		}
	}
	path_array_release(&inputs);
	return result;
}

/*
 * Composite objects without a record are recognised by content: gather what they
 * may be made of. (A walk has listed everything already.)
 */
static int add_pool(struct build_plan *plan)
{
	bool needed = false;
	int result;

	for (size_t i = 0; i < plan->list.count && !needed; i++) {
		needed = plan->list.objects[i].maybe_composite;
	}
	result = needed ? build_plan_walk(plan) : 0;
	for (size_t i = 0; needed && result == 0 && i < plan->walk.objects.count; i++) {
		result = build_list_add(&plan->list, plan->walk.objects.paths[i], NULL, LINK_POOL,
					NULL);
	}
	return result;
}

static int discover(struct build_plan *plan)
{
	int result = use_top_archive(plan, "vmlinux.a");

	if (result > 0) {
		result = use_top_archive(plan, "built-in.a");
	}
	if (result > 0) {
		result = use_folder_archives(plan);
	}
	if (result < 0) {
		return result;
	}
	if (!plan->evidence) {
		result = build_find_modules(plan);
		if (result == 0) {
			result = use_walk(plan);
		}
		return result == 0 ? add_last_objects(plan) : result;
	}
	result = build_find_modules(plan);
	if (result == 0) {
		result = add_last_objects(plan);
	}
	return result == 0 ? add_pool(plan) : result;
}

int build_discover(struct build_plan *plan, struct error *err)
{
	return discover(plan) < 0 ? error_no_memory(err) : 0;
}
