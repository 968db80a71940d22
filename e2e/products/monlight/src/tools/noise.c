/* noise SEED BYTES: writes bytes that do not compress, always the same for the same seed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char *argv[])
{
	if (argc != 3)
		return 2;
	uint64_t state = 0xcbf29ce484222325;
	for (const char *c = argv[1]; *c; c++)
		state = (state ^ (unsigned char)*c) * 0x100000001b3;
	for (long left = strtol(argv[2], NULL, 10); left > 0; left--) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		putchar((int)(state >> 56));
	}
	return ferror(stdout) != 0;
}
