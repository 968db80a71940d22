/* A minimal HTTP/1.1 server: one request a connection, one thread a connection, everything bounded. */
#pragma once
#include "text.h"
#include <stdbool.h>
#include <stddef.h>

struct request {
	int socket;
	char peer[48]; /* the client's address, without its port */
	char *head; /* what method, path, query and headers point into */
	char *method;
	char *path;
	char *query; /* still percent-encoded, "" if there is none */
	char *headers; /* lines ending in \r\n */
	char *body; /* zero-terminated, never with a zero inside */
	size_t body_length;
	bool has_turn; /* counts among the large bodies that are held at the moment */
};

struct response {
	int status;
	const char *content_type;
	char headers[512]; /* further lines, each ending in \r\n */
	struct text body;
	bool taken; /* the handler wrote to the socket by itself */
};

struct server {
	const char *address;
	unsigned short port;
	size_t body_limit;
	void (*handle)(struct request *request, struct response *response);
};

/* Listens until SIGTERM or SIGINT, then lets the running requests end and returns. */
void http_serve(const struct server *server);

const char *status_text(int status);

bool request_is(const struct request *request, const char *method, const char *path);
/* True for `method` on prefix + number + suffix; the number's digits are copied to `id`. */
bool request_has_id(const struct request *request, const char *method, const char *prefix, const char *suffix,
                    char id[20]);
/* The value copied to `value`, or NULL when the header or parameter is absent. An empty one is "", not NULL. */
const char *request_header(const struct request *request, const char *name, char *value, size_t size);
const char *request_parameter(const struct request *request, const char *name, char *value, size_t size);

void reply(struct response *response, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* {"detail": "…"}, the shape of every error of the product. */
void reply_detail(struct response *response, int status, const char *detail);
/* Answers with what `found` says about a query whose JSON went to response->body. */
void reply_found(struct response *response, int found);
