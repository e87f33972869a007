/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/database_schema.h"

#include <string.h>

const struct database_table database_tables[] = {
	{"analysis", "CREATE TABLE analysis (\n"
		     "  id INTEGER PRIMARY KEY CHECK (id = 1),\n"
		     "  program TEXT NOT NULL,\n"
		     "  trace TEXT,\n"
		     "  digest TEXT,\n"
		     "  page_size INTEGER,\n"
		     "  allocations TEXT NOT NULL,\n"
		     "  part_from TEXT,\n"
		     "  part_to TEXT,\n"
		     "  part_cpu TEXT,\n"
		     "  part_task TEXT,\n"
		     "  part_pid TEXT,\n"
		     "  skip TEXT,\n"
		     "  has_map INTEGER NOT NULL,\n"
		     "  kernel TEXT,\n"
		     "  banner TEXT,\n"
		     "  build_id TEXT,\n"
		     "  evidence TEXT,\n"
		     "  first_unreadable TEXT,\n"
		     "  grade TEXT NOT NULL,\n"
		     "  sentence TEXT NOT NULL\n"
		     ") STRICT"},
	{"counter", "CREATE TABLE counter (\n"
		    "  record TEXT NOT NULL,\n"
		    "  name TEXT NOT NULL,\n"
		    "  value INTEGER NOT NULL,\n"
		    "  PRIMARY KEY (record, name)\n"
		    ") STRICT, WITHOUT ROWID"},
	{"finding", "CREATE TABLE finding (\n"
		    "  position INTEGER PRIMARY KEY,\n"
		    "  id TEXT NOT NULL,\n"
		    "  runs INTEGER NOT NULL,\n"
		    "  severity TEXT NOT NULL,\n"
		    "  effects INTEGER NOT NULL,\n"
		    "  count INTEGER,\n"
		    "  bytes INTEGER,\n"
		    "  text TEXT NOT NULL,\n"
		    "  advice TEXT\n"
		    ") STRICT"},
	{"node", "CREATE TABLE node (\n"
		 "  id INTEGER PRIMARY KEY,\n"
		 "  parent INTEGER REFERENCES node,\n"
		 "  kind TEXT NOT NULL,\n"
		 "  name TEXT NOT NULL,\n"
		 "  path TEXT NOT NULL,\n"
		 "  static_text INTEGER NOT NULL,\n"
		 "  static_data INTEGER NOT NULL,\n"
		 "  static_bss INTEGER NOT NULL,\n"
		 "  symbols_size INTEGER,\n"
		 "  symbols BLOB\n"
		 ") STRICT"},
	{"call_site", "CREATE TABLE call_site (\n"
		      "  id INTEGER PRIMARY KEY,\n"
		      "  site TEXT NOT NULL,\n"
		      "  caller TEXT NOT NULL,\n"
		      "  function TEXT,\n"
		      "  offset INTEGER,\n"
		      "  function_size INTEGER NOT NULL,\n"
		      "  module TEXT,\n"
		      "  object TEXT,\n"
		      "  directory TEXT NOT NULL,\n"
		      "  source_function TEXT,\n"
		      "  file TEXT,\n"
		      "  line INTEGER,\n"
		      "  naming TEXT NOT NULL,\n"
		      "  placing TEXT NOT NULL,\n"
		      "  address INTEGER,\n"
		      "  total_dynamic INTEGER NOT NULL,\n"
		      "  total_requested INTEGER NOT NULL,\n"
		      "  current_dynamic INTEGER NOT NULL,\n"
		      "  current_requested INTEGER NOT NULL,\n"
		      "  waste INTEGER NOT NULL,\n"
		      "  alloc_count INTEGER NOT NULL,\n"
		      "  free_count INTEGER NOT NULL,\n"
		      "  lost_free_count INTEGER NOT NULL,\n"
		      "  call TEXT NOT NULL,\n"
		      "  via TEXT,\n"
		      "  seen_from TEXT\n"
		      ") STRICT"},
	{"live_object", "CREATE TABLE live_object (\n"
			"  call_site INTEGER NOT NULL REFERENCES call_site,\n"
			"  bytes_req INTEGER,\n"
			"  bytes_alloc INTEGER,\n"
			"  count INTEGER NOT NULL,\n"
			"  current_dynamic INTEGER NOT NULL,\n"
			"  current_requested INTEGER NOT NULL\n"
			") STRICT"},
	{"run", "CREATE TABLE run (\n"
		"  digest TEXT PRIMARY KEY,\n"
		"  name TEXT NOT NULL,\n"
		"  trace TEXT NOT NULL,\n"
		"  grade TEXT NOT NULL,\n"
		"  current_dynamic INTEGER NOT NULL,\n"
		"  waste INTEGER NOT NULL,\n"
		"  peak_dynamic INTEGER NOT NULL\n"
		") STRICT, WITHOUT ROWID"},
	{"spread", "CREATE TABLE spread (\n"
		   "  call_site INTEGER NOT NULL,\n"
		   "  measure TEXT NOT NULL,\n"
		   "  runs INTEGER NOT NULL,\n"
		   "  minimum INTEGER NOT NULL,\n"
		   "  maximum INTEGER NOT NULL,\n"
		   "  PRIMARY KEY (call_site, measure)\n"
		   ") STRICT, WITHOUT ROWID"},
	{"histogram", "CREATE TABLE histogram (\n"
		      "  call_site INTEGER NOT NULL,\n"
		      "  measure TEXT NOT NULL,\n"
		      "  bucket INTEGER NOT NULL,\n"
		      "  runs INTEGER NOT NULL,\n"
		      "  PRIMARY KEY (call_site, measure, bucket)\n"
		      ") STRICT, WITHOUT ROWID"},
	{"timeline", "CREATE TABLE timeline (\n"
		     "  id INTEGER PRIMARY KEY CHECK (id = 1),\n"
		     "  unit TEXT NOT NULL,\n"
		     "  start INTEGER NOT NULL,\n"
		     "  width INTEGER NOT NULL,\n"
		     "  bucket_count INTEGER NOT NULL,\n"
		     "  first INTEGER NOT NULL,\n"
		     "  last INTEGER NOT NULL,\n"
		     "  peak_bytes INTEGER NOT NULL,\n"
		     "  peak_time INTEGER NOT NULL,\n"
		     "  end_bytes INTEGER NOT NULL,\n"
		     "  markers_left_out INTEGER NOT NULL\n"
		     ") STRICT"},
	{"timeline_bucket", "CREATE TABLE timeline_bucket (\n"
			    "  bucket INTEGER PRIMARY KEY,\n"
			    "  highest INTEGER NOT NULL,\n"
			    "  is_gap INTEGER NOT NULL,\n"
			    "  lost INTEGER NOT NULL\n"
			    ") STRICT"},
	{"timeline_marker", "CREATE TABLE timeline_marker (\n"
			    "  position INTEGER PRIMARY KEY,\n"
			    "  time INTEGER NOT NULL,\n"
			    "  text TEXT NOT NULL\n"
			    ") STRICT"},
	{"timeline_change", "CREATE TABLE timeline_change (\n"
			    "  call_site INTEGER NOT NULL REFERENCES call_site,\n"
			    "  bucket INTEGER NOT NULL,\n"
			    "  bytes INTEGER NOT NULL,\n"
			    "  PRIMARY KEY (call_site, bucket)\n"
			    ") STRICT, WITHOUT ROWID"},
};
const size_t database_table_count = sizeof(database_tables) / sizeof(database_tables[0]);

/* sqlar_uncompress is a function of the sqlite3 program, which is who reads these. */
const char database_views[] =
	"CREATE VIEW symbol AS SELECT node.id AS node, node.path AS object, value->>0 AS name, "
	"value->>1 AS static_text, value->>2 AS static_data, value->>3 AS static_bss "
	"FROM node, json_each(CAST(sqlar_uncompress(symbols, symbols_size) AS TEXT)) "
	"WHERE symbols IS NOT NULL;";

const struct database_counters database_counters[COUNTERS_END] = {
	[COUNTERS_TRACE] = {"trace", &trace_facts_table},
	[COUNTERS_TOTALS] = {"totals", &match_totals_table},
	[COUNTERS_ATTRIBUTION] = {"attribution", &attribution_facts_table},
	[COUNTERS_KERNEL] = {"kernel", &kernel_facts_table},
	[COUNTERS_SIZES] = {"sizes", &kernel_sizes_table},
};

const char *const database_measures[DATABASE_MEASURES] = {"current_dynamic", "waste",
							  "peak_dynamic"};
const char *const database_filters[3] = {"all", "kmalloc", "kmem_cache"};
const char *const database_kinds[5] = {"directory", "object", "symbol", "padding", "group"};
const char *const database_namings[5] = {"named", "ambiguous", "unknown_symbol", "size_mismatch",
					 "raw"};
const char *const database_placings[3] = {"placed", "in_module", "unplaced"};

int database_index(const char *const *names, size_t count, const char *text)
{
	for (size_t i = 0; text && i < count; i++) {
		if (strcmp(names[i], text) == 0) {
			return (int)i;
		}
	}
	return -1;
}
