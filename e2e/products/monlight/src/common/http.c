#include "http.h"
#include "log.h"
#include "stop.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* More than this at a time wait in the kernel's queue: each may hold a whole request body. */
#define CONNECTIONS 16
#define HEAD_LIMIT 8192
/* A client that sends slower than this is dropped, or a few idle ones would block the health check. */
#define REQUEST_SECONDS 8
/* Bytes of an oversized body that are read and thrown away, so that the client sees the 413 and not a reset. */
#define DRAIN_LIMIT ((size_t)2 * 1024 * 1024)

struct connection {
	int socket;
	char peer[48];
};

static const struct server *server;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int open_connections;

static time_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

static const char *reason(int status)
{
	switch (status) {
	case 200: return "OK";
	case 201: return "Created";
	case 202: return "Accepted";
	case 204: return "No Content";
	case 400: return "Bad Request";
	case 401: return "Unauthorized";
	case 404: return "Not Found";
	case 411: return "Length Required";
	case 413: return "Payload Too Large";
	case 429: return "Too Many Requests";
	case 431: return "Request Header Fields Too Large";
	case 502: return "Bad Gateway";
	case 503: return "Service Unavailable";
	default: return "Internal Server Error";
	}
}

static bool send_all(int socket, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(socket, data, length, MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
		data += sent;
		length -= (size_t)sent;
	}
	return true;
}

static void send_response(int socket, const struct response *response)
{
	struct text head = {0};
	text_addf(&head, "HTTP/1.1 %d %s\r\nConnection: close\r\n%s", response->status, reason(response->status),
	          response->headers);
	if (response->status != 204)
		text_addf(&head, "Content-Type: %s\r\nContent-Length: %zu\r\n", response->content_type, response->body.length);
	text_addf(&head, "\r\n");
	if (head.data && send_all(socket, head.data, head.length) && response->body.length)
		send_all(socket, response->body.data, response->body.length);
	text_free(&head);
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
static int body_length(const struct request *request, size_t *length)
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
	return *length > server->body_limit ? 413 : 0;
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

/* Reads the body, of which `rest` may already hold the beginning. */
static bool read_body(struct request *request, const struct text *rest, time_t deadline)
{
	char value[32];
	request->body = malloc(request->body_length + 1);
	if (!request->body)
		return false;
	if (rest->length < request->body_length && request_header(request, "Expect", value, sizeof value))
		send_all(request->socket, "HTTP/1.1 100 Continue\r\n\r\n", 25);
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

/* Fills `request`; returns false when there is nobody to answer. A response->status other than 0 is the answer. */
static bool read_request(struct request *request, struct response *response, char *head)
{
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
	int refused = body_length(request, &request->body_length);
	if (refused == 413)
		drain(request->socket, request->body_length, rest.length, deadline);
	if (refused)
		reply_detail(response, refused, reason(refused));
	bool complete = refused || read_body(request, &rest, deadline);
	if (complete && !refused && memchr(request->body, '\0', request->body_length))
		reply_detail(response, 400, "Invalid JSON");
	text_free(&rest);
	return complete;
}

static void answer(const struct connection *connection)
{
	struct request request = {.socket = connection->socket};
	struct response response = {.content_type = "application/json"};
	char *head = malloc(HEAD_LIMIT + 1);
	memcpy(request.peer, connection->peer, sizeof request.peer);
	if (head && read_request(&request, &response, head)) {
		if (!response.status)
			server->handle(&request, &response);
		if (!response.taken)
			send_response(connection->socket, &response);
	}
	free(request.body);
	free(head);
	text_free(&response.body);
}

static void *run_connection(void *argument)
{
	struct connection *connection = argument;
	answer(connection);
	shutdown(connection->socket, SHUT_WR);
	close(connection->socket);
	free(connection);
	pthread_mutex_lock(&mutex);
	open_connections--;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&mutex);
	return NULL;
}

static void accept_one(int listener)
{
	struct sockaddr_in address;
	socklen_t size = sizeof address;
	int accepted = accept4(listener, (struct sockaddr *)&address, &size, SOCK_CLOEXEC);
	if (accepted < 0)
		return;
	struct connection *connection = calloc(1, sizeof *connection);
	if (!connection) {
		close(accepted);
		return;
	}
	struct timeval patience = {.tv_sec = REQUEST_SECONDS};
	setsockopt(accepted, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(accepted, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	connection->socket = accepted;
	inet_ntop(AF_INET, &address.sin_addr, connection->peer, sizeof connection->peer);
	pthread_mutex_lock(&mutex);
	while (open_connections >= CONNECTIONS)
		pthread_cond_wait(&changed, &mutex);
	open_connections++;
	pthread_mutex_unlock(&mutex);
	start_thread(run_connection, connection);
}

static int listen_on(const struct server *wanted)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(wanted->port)};
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int yes = 1;
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (inet_pton(AF_INET, wanted->address, &address.sin_addr) != 1 ||
	    bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 256) != 0)
		fatal("cannot listen on %s:%u: %s", wanted->address, wanted->port, strerror(errno));
	return listener;
}

static volatile sig_atomic_t signalled;

static void note_signal(int number)
{
	signalled = number;
}

static void drain_connections(void)
{
	struct timespec deadline;
	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += 5;
	pthread_mutex_lock(&mutex);
	while (open_connections > 0 && pthread_cond_timedwait(&changed, &mutex, &deadline) == 0)
		;
	pthread_mutex_unlock(&mutex);
}

void http_serve(const struct server *wanted)
{
	server = wanted;
	struct sigaction action = {.sa_handler = note_signal};
	sigset_t blocked, previous;
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGINT);
	/* Blocked everywhere but inside ppoll, so that a signal cannot slip in between the test and the wait. */
	pthread_sigmask(SIG_BLOCK, &blocked, &previous);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	int listener = listen_on(wanted);
	log_info("listening on %s:%u", wanted->address, wanted->port);
	struct pollfd waiting = {.fd = listener, .events = POLLIN};
	while (!signalled)
		if (ppoll(&waiting, 1, NULL, &previous) > 0)
			accept_one(listener);
	log_info("shutting down");
	close(listener);
	request_stop();
	drain_connections();
}
