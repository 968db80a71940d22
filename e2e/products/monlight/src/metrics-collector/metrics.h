/* The parts of the metrics collector. */
#pragma once
#include "../common/http.h"

extern const char *const metric_migrations[];
extern const size_t metric_migration_count;

void submit_metrics(struct request *request, struct response *response);
void query_metric(struct request *request, struct response *response);
void list_metric_names(struct response *response);
void show_dashboard(struct response *response);

/* Thread: rolls raw points up into minutes and hours, and removes what is past its retention. */
void *aggregate_metrics(void *argument);
