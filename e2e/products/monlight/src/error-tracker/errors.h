/* The parts of the error tracker. */
#pragma once
#include "../common/http.h"

extern const char *const error_migrations[];
extern const size_t error_migration_count;

void submit_error(struct request *request, struct response *response);
void list_errors(struct request *request, struct response *response);
void show_error(const char *id, struct response *response);
void resolve_error(const char *id, struct response *response);
void list_projects(struct response *response);

/* 32 hex digits over project, exception type and the place of the error: file and line of its traceback. */
void fingerprint(const char *project, const char *type, const char *traceback, char hex[33]);
