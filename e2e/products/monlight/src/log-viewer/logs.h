/* The parts of the log viewer. */
#pragma once
#include "../common/http.h"

extern const char *const log_migrations[];
extern const size_t log_migration_count;

void query_logs(struct request *request, struct response *response);
void list_containers(struct response *response);
void show_stats(struct response *response);
/* Answers by itself with server-sent events, until the client leaves or half an hour is over. */
void tail_logs(struct request *request, struct response *response);

/* Thread: follows the JSON log files of all containers that CONTAINERS selects. */
void *follow_logs(void *argument);
extern const char *wanted_containers;

/* DEBUG, INFO, WARNING, ERROR or CRITICAL, from the text of a line or else from the stream it came on. */
const char *detect_level(const char *message, const char *stream);
