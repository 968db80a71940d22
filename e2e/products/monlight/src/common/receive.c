#include "receive.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define HEAD_LIMIT 8192
/* More requests than this with a body above SMALL_BODY take turns, or their bodies would fill the memory. */
#define LARGE_BODIES 6
#define SMALL_BODY ((size_t)16 * 1024)
/* Bytes of an oversized body that are read and thrown away, so that the client sees the 413 and not a reset. */
#define DRAIN_LIMIT ((size_t)2 * 1024 * 1024)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn_ended = PTHREAD_COND_INITIALIZER;
static int large_bodies;

static time_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* Reads until the blank line; returns the length of the head, 0 when the client left, -1 when it is too long. */
static ssize_t read_head(int socket, char *buffer, size_t *filled, time_t deadline)
{
	*filled = 0;
	while (*filled < HEAD_LIMIT) {
		ssize_t got = recv(socket, buffer + *filled, HEAD_LIMIT - *filled, 0);
		if (got <= 0 || now() > deadline)
			return 0;
		*filled += (size_t)got;
		buffer[*filled] = '\0';
		char *end = strstr(buffer, "\r\n\r\n");
		if (end)
			return end + 4 - buffer;
	}
	return -1;
}

/* Cuts "METHOD /path?query HTTP/1.1\r\n" into its parts, in place. */
static bool parse_head(struct request *request, char *head)
{
	char *line_end = strstr(head, "\r\n");
	*line_end = '\0';
	request->headers = line_end + 2;
	request->method = head;
	char *target = strchr(head, ' ');
	char *protocol = target ? strchr(target + 1, ' ') : NULL;
	if (!protocol || strncmp(protocol + 1, "HTTP/1.", 7) != 0 || target[1] != '/')
		return false;
	*target = *protocol = '\0';
	request->path = target + 1;
	char *question = strchr(request->path, '?');
	request->query = question ? question + 1 : protocol;
	if (question)
		*question = '\0';
	return true;
}

/* 0 when a body of `length` may be read, otherwise the status to refuse it with. */
static int body_length(const struct request *request, size_t body_limit, size_t *length)
{
	char value[32];
	*length = 0;
	if (request_header(request, "Transfer-Encoding", value, sizeof value))
		return 411;
	if (!request_header(request, "Content-Length", value, sizeof value))
		return 0;
	if (!*value || strspn(value, "0123456789") != strlen(value) || strlen(value) > 12)
		return 400;
	*length = strtoul(value, NULL, 10);
	return *length > body_limit ? 413 : 0;
}

static void drain(int socket, size_t length, size_t received, time_t deadline)
{
	char waste[4096];
	length = length > received ? length - received : 0;
	if (length > DRAIN_LIMIT)
		length = DRAIN_LIMIT;
	while (length > 0 && now() <= deadline) {
		ssize_t got = recv(socket, waste, sizeof waste < length ? sizeof waste : length, 0);
		if (got <= 0)
			return;
		length -= (size_t)got;
	}
}

static bool enter_large_body(void)
{
	pthread_mutex_lock(&mutex);
	while (large_bodies >= LARGE_BODIES)
		pthread_cond_wait(&turn_ended, &mutex);
	large_bodies++;
	pthread_mutex_unlock(&mutex);
	return true;
}

static void leave_large_body(void)
{
	pthread_mutex_lock(&mutex);
	large_bodies--;
	pthread_cond_signal(&turn_ended);
	pthread_mutex_unlock(&mutex);
}

/* Reads the body, of which `rest` may already hold the beginning. */
static bool read_body(struct request *request, const struct text *rest, time_t deadline)
{
	char value[32];
	if (request->body_length > SMALL_BODY)
		request->has_turn = enter_large_body();
	request->body = malloc(request->body_length + 1);
	if (!request->body)
		return false;
	if (rest->length < request->body_length && request_header(request, "Expect", value, sizeof value))
		send(request->socket, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL);
	size_t filled = rest->length < request->body_length ? rest->length : request->body_length;
	if (filled)
		memcpy(request->body, rest->data, filled);
	while (filled < request->body_length) {
		ssize_t got = recv(request->socket, request->body + filled, request->body_length - filled, 0);
		if (got <= 0 || now() > deadline)
			return false;
		filled += (size_t)got;
	}
	request->body[filled] = '\0';
	return true;
}

bool receive_request(struct request *request, struct response *response, size_t body_limit)
{
	char *head = request->head = malloc(HEAD_LIMIT + 1);
	if (!head)
		return false;
	time_t deadline = now() + REQUEST_SECONDS;
	size_t filled;
	ssize_t head_length = read_head(request->socket, head, &filled, deadline);
	if (head_length == 0)
		return false;
	if (head_length < 0) {
		reply_detail(response, 431, "Request header fields too large");
		return true;
	}
	if (memchr(head, '\0', (size_t)head_length) || !parse_head(request, head)) {
		reply_detail(response, 400, "Bad request");
		return true;
	}
	struct text rest = {0}; /* what came of the body together with the head */
	text_add(&rest, head + head_length, filled - (size_t)head_length);
	head[head_length] = '\0';
	int refused = body_length(request, body_limit, &request->body_length);
	if (refused == 413)
		drain(request->socket, request->body_length, rest.length, deadline);
	if (refused)
		reply_detail(response, refused, status_text(refused));
	bool complete = refused || read_body(request, &rest, deadline);
	if (complete && !refused && memchr(request->body, '\0', request->body_length))
		reply_detail(response, 400, "Invalid JSON");
	text_free(&rest);
	return complete;
}

void release_request(struct request *request)
{
	if (request->has_turn)
		leave_large_body();
	free(request->body);
	free(request->head);
}
