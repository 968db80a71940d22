#include "forward.h"
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FORWARD_SECONDS 5
#define ANSWER_LIMIT 4096

static int connect_one(const struct addrinfo *address)
{
	int connected = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval patience = {.tv_sec = FORWARD_SECONDS};
	setsockopt(connected, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(connected, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (connected >= 0 && connect(connected, address->ai_addr, address->ai_addrlen) == 0)
		return connected;
	if (connected >= 0)
		close(connected);
	return -1;
}

static int connect_to(const char *host, const char *port)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC};
	struct addrinfo *found;
	if (getaddrinfo(host, port, &hints, &found) != 0)
		return -1;
	int connected = -1;
	for (const struct addrinfo *address = found; address && connected < 0; address = address->ai_next)
		connected = connect_one(address);
	freeaddrinfo(found);
	return connected;
}

/* Sends `message` and reads the whole answer, head and body, up to ANSWER_LIMIT. */
static bool exchange(const char *host, const char *port, const struct text *message, struct text *answer)
{
	int connected = connect_to(host, port);
	if (connected < 0)
		return false;
	size_t sent = 0;
	while (sent < message->length) {
		ssize_t step = send(connected, message->data + sent, message->length - sent, MSG_NOSIGNAL);
		if (step <= 0)
			break;
		sent += (size_t)step;
	}
	char part[1024];
	ssize_t got;
	while (answer->length < ANSWER_LIMIT && (got = recv(connected, part, sizeof part, 0)) > 0)
		text_add(answer, part, (size_t)got);
	close(connected);
	return answer->length > 0;
}

static bool split_url(const char *url, char host[256], char port[8])
{
	strcpy(port, "80");
	return sscanf(url, "http://%255[^:/]:%7[0-9]", host, port) >= 1;
}

int forward(const char *url, const char *path, const char *api_key, const struct text *body, struct text *answer)
{
	char host[256], port[8];
	int status = 0;
	if (!split_url(url, host, port) || body->full)
		return 0;
	struct text message = {0}, received = {0};
	text_addf(&message, "POST %s HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\nX-API-Key: %s\r\n"
	          "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n", path, host, port, api_key, body->length);
	text_add(&message, body->data, body->length);
	if (exchange(host, port, &message, &received) && sscanf(received.data, "HTTP/1.%*d %d", &status) == 1) {
		const char *start = strstr(received.data, "\r\n\r\n");
		if (start)
			text_add(answer, start + 4, strlen(start + 4));
	}
	text_free(&message);
	text_free(&received);
	return status;
}

bool health_answers_200(unsigned short port)
{
	char digits[8];
	struct text message = {0}, received = {0};
	snprintf(digits, sizeof digits, "%u", port);
	text_addf(&message, "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
	bool healthy = exchange("127.0.0.1", digits, &message, &received) && strstr(received.data, "200");
	text_free(&message);
	text_free(&received);
	return healthy;
}
