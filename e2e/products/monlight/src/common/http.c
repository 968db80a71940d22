#include "http.h"
#include "log.h"
#include "receive.h"
#include "stop.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* More than this at a time wait in the kernel's queue. */
#define CONNECTIONS 64

struct connection {
	int socket; /* 0 while unused */
	char peer[48];
};

static const struct server *server;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct connection connections[CONNECTIONS];
static int open_connections;

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
	text_addf(&head, "HTTP/1.1 %d %s\r\nConnection: close\r\n%s", response->status, status_text(response->status),
	          response->headers);
	if (response->status != 204)
		text_addf(&head, "Content-Type: %s\r\nContent-Length: %zu\r\n", response->content_type, response->body.length);
	text_addf(&head, "\r\n");
	if (head.data && send_all(socket, head.data, head.length) && response->body.length)
		send_all(socket, response->body.data, response->body.length);
	text_free(&head);
}

static void answer(const struct connection *connection)
{
	struct request request = {.socket = connection->socket};
	struct response response = {.content_type = "application/json"};
	memcpy(request.peer, connection->peer, sizeof request.peer);
	if (receive_request(&request, &response, server->body_limit)) {
		if (!response.status)
			server->handle(&request, &response);
		if (!response.taken)
			send_response(connection->socket, &response);
	}
	release_request(&request);
	text_free(&response.body);
}

static void *run_connection(void *argument)
{
	struct connection *connection = argument;
	answer(connection);
	pthread_mutex_lock(&mutex);
	shutdown(connection->socket, SHUT_WR);
	close(connection->socket);
	connection->socket = 0;
	open_connections--;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&mutex);
	return NULL;
}

static bool has_free_connection(void)
{
	pthread_mutex_lock(&mutex);
	bool free = open_connections < CONNECTIONS;
	pthread_mutex_unlock(&mutex);
	return free;
}

static struct connection *take_connection(int socket, const struct sockaddr_in *address)
{
	pthread_mutex_lock(&mutex);
	struct connection *connection = connections;
	while (connection->socket)
		connection++;
	connection->socket = socket;
	inet_ntop(AF_INET, &address->sin_addr, connection->peer, sizeof connection->peer);
	open_connections++;
	pthread_mutex_unlock(&mutex);
	return connection;
}

/* Called only while there is a free connection. */
static void accept_one(int listener)
{
	struct sockaddr_in address;
	socklen_t size = sizeof address;
	int accepted = accept4(listener, (struct sockaddr *)&address, &size, SOCK_CLOEXEC);
	if (accepted < 0)
		return;
	struct timeval patience = {.tv_sec = REQUEST_SECONDS};
	setsockopt(accepted, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(accepted, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	start_thread(run_connection, take_connection(accepted, &address));
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

/* Requests that have arrived are answered; those that have not are given up. */
static void end_connections(void)
{
	struct timespec deadline;
	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += 5;
	pthread_mutex_lock(&mutex);
	for (size_t i = 0; i < CONNECTIONS; i++)
		if (connections[i].socket)
			shutdown(connections[i].socket, SHUT_RD);
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
	while (!signalled) {
		bool free = has_free_connection();
		struct timespec moment = {.tv_nsec = 50 * 1000 * 1000};
		if (ppoll(&waiting, free ? 1 : 0, free ? NULL : &moment, &previous) > 0)
			accept_one(listener);
	}
	log_info("shutting down");
	close(listener);
	request_stop();
	end_connections();
}
