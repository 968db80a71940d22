#include "../common/db.h"
#include "../common/stop.h"
#include "logs.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define CLIENTS 5
#define SECONDS_OPEN (30 * 60)
#define SECONDS_PER_HEARTBEAT 15

static int clients;

static bool write_text(int socket, const char *data)
{
	size_t length = strlen(data);
	return send(socket, data, length, MSG_NOSIGNAL) == (ssize_t)length;
}

/* One event for each entry after `last`, which moves on; false when the client is gone. */
static bool send_new(const struct request *request, char last[24])
{
	char container[128], level[16];
	struct text events = {0}, newest = {0};
	const char *in = request_parameter(request, "container", container, sizeof container);
	const char *at = request_parameter(request, "level", level, sizeof level);
	db_lock();
	db_get(&newest, "SELECT coalesce(max(id), 0) FROM (SELECT id FROM log_entries WHERE id > ?1 ORDER BY id LIMIT 200)",
	       last);
	db_get(&events,
	       "SELECT group_concat('event: log' || char(10) || 'data: ' || json_object('id', id, 'timestamp', timestamp,"
	       " 'container', container, 'stream', stream, 'level', level, 'message', substr(message, 1, 4000))"
	       " || char(10, 10), '') FROM log_entries WHERE id > ?1 AND id <= ?2"
	       " AND (?3 IS NULL OR container = ?3) AND (?4 IS NULL OR level = upper(?4))",
	       last, newest.data, in, at);
	db_unlock();
	if (newest.data && strcmp(newest.data, "0") != 0)
		snprintf(last, 24, "%s", newest.data);
	bool sent = !events.length || write_text(request->socket, events.data);
	text_free(&events);
	text_free(&newest);
	return sent;
}

static void stream(const struct request *request)
{
	struct text newest = {0};
	char last[24];
	db_get(&newest, "SELECT coalesce(max(id), 0) FROM log_entries");
	snprintf(last, sizeof last, "%s", newest.data ? newest.data : "0");
	text_free(&newest);
	bool open = write_text(request->socket, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
	                                        "Cache-Control: no-cache\r\nConnection: close\r\n\r\n");
	for (int second = 1; open && second <= SECONDS_OPEN && !stopped_within(1); second++) {
		open = send_new(request, last);
		if (open && second % SECONDS_PER_HEARTBEAT == 0)
			open = write_text(request->socket, "event: heartbeat\ndata: {}\n\n");
	}
	if (open)
		write_text(request->socket, "event: close\ndata: {}\n\n");
}

void tail_logs(struct request *request, struct response *response)
{
	if (__atomic_add_fetch(&clients, 1, __ATOMIC_SEQ_CST) > CLIENTS)
		reply_detail(response, 503, "Too many SSE connections");
	else {
		response->taken = true;
		stream(request);
	}
	__atomic_sub_fetch(&clients, 1, __ATOMIC_SEQ_CST);
}
