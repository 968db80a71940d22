#include "../common/db.h"
#include "../common/env.h"
#include "../common/log.h"
#include "../common/stop.h"
#include "logs.h"
#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Read from one file in one poll; a container that floods its log is caught up with over several polls. */
#define CHUNK ((size_t)128 * 1024)

const char *wanted_containers = "";
static const char *sources;
static long tail_buffer;
static char *chunk;

static bool is_wanted(const char *name)
{
	char pattern[128];
	bool any = false;
	for (const char *entry = wanted_containers; *entry;) {
		size_t length = strcspn(entry, ",");
		snprintf(pattern, sizeof pattern, "%.*s", (int)length, entry);
		any = true;
		if (*pattern && fnmatch(pattern, name, 0) == 0)
			return true;
		entry += length + (entry[length] == ',');
	}
	return !any;
}

/* The container's name by its config file, or its short id when there is none that can be read. */
static void container_name(const char *id, char name[128])
{
	char path[1024];
	struct text found = {0};
	snprintf(path, sizeof path, "%.400s/%s/config.v2.json", sources, id);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = file < 0 ? 0 : read(file, chunk, CHUNK);
	if (file >= 0)
		close(file);
	snprintf(name, 128, "%.12s", id);
	if (length > 0) {
		chunk[length] = '\0';
		if (db_get(&found, "SELECT ltrim(json_extract(?1, '$.Name'), '/') WHERE json_valid(?1)", chunk) == DB_ROW &&
		    found.length)
			snprintf(name, 128, "%.127s", found.data);
	}
	text_free(&found);
}

static bool store_line(const char *line, const char *name)
{
	struct text message = {0}, stream = {0};
	enum db_result stored = DB_DONE;
	if (db_get(&message, "SELECT rtrim(json_extract(?1, '$.log'), char(10)) WHERE json_valid(?1)", line) == DB_ROW &&
	    db_get(&stream, "SELECT json_extract(?1, '$.stream')", line) == DB_ROW && message.length)
		stored = db_get(NULL,
		                "INSERT INTO log_entries (timestamp, container, stream, level, message)"
		                " SELECT json_extract(?1, '$.time'), ?2, ?3, ?4, ?5",
		                line, name, stream.data ? stream.data : "stdout",
		                detect_level(message.data, stream.data ? stream.data : ""), message.data);
	text_free(&message);
	text_free(&stream);
	return stored != DB_ERROR;
}

/* Stores the complete lines in the chunk; returns how many bytes they are. */
static size_t store_lines(size_t length, const char *name, bool skip_first)
{
	size_t start = 0;
	for (char *end; (end = memchr(chunk + start, '\n', length - start));) {
		*end = '\0';
		if (!skip_first)
			store_line(chunk + start, name);
		skip_first = false;
		start = (size_t)(end - chunk) + 1;
	}
	/* A line longer than the chunk would stop the file for ever: it is passed over. */
	return start == 0 && length == CHUNK ? length : start;
}

struct cursor {
	off_t position;
	bool within_line;
};

/* Where to go on in the file: a rotated one (other inode) from its start, an unknown one near its end. */
static struct cursor find_cursor(const char *id, const struct stat *status)
{
	struct text position = {0};
	char inode[24];
	struct cursor cursor = {0};
	snprintf(inode, sizeof inode, "%llu", (unsigned long long)status->st_ino);
	if (db_get(&position, "SELECT iif(inode = ?2, position, 0) FROM cursors WHERE container_id = ?1", id, inode) == DB_ROW)
		cursor.position = strtoll(position.data, NULL, 10);
	else if (status->st_size > tail_buffer)
		cursor = (struct cursor){.position = status->st_size - tail_buffer, .within_line = true};
	text_free(&position);
	if (cursor.position > status->st_size)
		cursor.position = 0;
	return cursor;
}

static void keep_cursor(const char *id, const char *path, off_t position, ino_t inode)
{
	char digits[24], inode_digits[24];
	snprintf(digits, sizeof digits, "%lld", (long long)position);
	snprintf(inode_digits, sizeof inode_digits, "%llu", (unsigned long long)inode);
	db_get(NULL,
	       "INSERT OR REPLACE INTO cursors (container_id, file_path, position, inode) VALUES (?1, ?2, ?3, ?4)", id, path,
	       digits, inode_digits);
}

static void read_on(int file, const char *id, const char *path)
{
	struct stat status;
	char name[128];
	if (fstat(file, &status) != 0)
		return;
	struct cursor cursor = find_cursor(id, &status);
	container_name(id, name);
	if (!is_wanted(name))
		return;
	ssize_t length = cursor.position < status.st_size ? pread(file, chunk, CHUNK, cursor.position) : 0;
	if (length <= 0 || !db_begin())
		return;
	size_t stored = store_lines((size_t)length, name, cursor.within_line);
	keep_cursor(id, path, cursor.position + (off_t)stored, status.st_ino);
	db_end(true);
}

static void poll_once(void)
{
	DIR *folder = opendir(sources);
	if (!folder)
		return;
	for (struct dirent *entry; (entry = readdir(folder)) && !stopping();) {
		char path[1024];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%.400s/%s/%s-json.log", sources, entry->d_name, entry->d_name);
		int file = open(path, O_RDONLY | O_CLOEXEC);
		if (file < 0)
			continue;
		read_on(file, entry->d_name, path);
		close(file);
	}
	closedir(folder);
}

void *follow_logs(void *argument)
{
	(void)argument;
	sources = env_or("LOG_SOURCES", "/var/lib/docker/containers");
	tail_buffer = env_number("TAIL_BUFFER", 65536, 1024, (long)CHUNK);
	unsigned interval = (unsigned)env_number("POLL_INTERVAL", 2, 1, 3600);
	char entries[24];
	snprintf(entries, sizeof entries, "%ld", env_number("MAX_ENTRIES", 100000, 1, 10000000));
	chunk = malloc(CHUNK + 1);
	if (!chunk)
		fatal("out of memory");
	do {
		poll_once();
		db_get(NULL, "DELETE FROM log_entries WHERE id <= (SELECT max(id) FROM log_entries) - ?1", entries);
	} while (!stopped_within(interval));
	return NULL;
}
