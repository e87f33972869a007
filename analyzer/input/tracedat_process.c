/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/tracedat_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analyzer/base/sanitizer.h"
#include "analyzer/input/tracedat_child.h"

/* A trace.dat of a kernel with all modules needs 150 MB to open. */
#define MEMORY_MAX ((rlim_t)1 << 30)

/* One descriptor beside one byte. */
union control_space {
	struct cmsghdr header; /* for its alignment */
	char bytes[CMSG_SPACE(sizeof(int))];
};

static void control_prepare(struct msghdr *message, struct iovec *byte, union control_space *space)
{
	memset(space, 0, sizeof(*space));
	*message = (struct msghdr){
		.msg_iov = byte,
		.msg_iovlen = 1,
		.msg_control = space->bytes,
		.msg_controllen = sizeof(space->bytes),
	};
}

/* In the child: waits for the recording; -1: it is not needed. */
static int receive(int control, unsigned char *ret_wants)
{
	unsigned char wants = 0;
	struct iovec byte = {&wants, 1};
	union control_space space;
	struct msghdr message;
	const struct cmsghdr *header;
	ssize_t got;
	int fd;

	do {
		control_prepare(&message, &byte, &space);
		got = recvmsg(control, &message, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	header = got == 1 ? CMSG_FIRSTHDR(&message) : NULL;
	if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
	    header->cmsg_len != CMSG_LEN(sizeof(fd))) {
		return -1;
	}
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	*ret_wants = wants;
	return fd;
}

/* Nothing else of the parent's stays open: whoever waits for the end of a pipe waits for all. */
static void close_others(int control, int out)
{
	const unsigned int low = (unsigned int)(control < out ? control : out);
	const unsigned int high = (unsigned int)(control < out ? out : control);

	if (low > STDERR_FILENO + 1u) {
		close_range(STDERR_FILENO + 1u, low - 1, 0);
	}
	if (high > low + 1) {
		close_range(low + 1, high - 1, 0);
	}
	close_range(high + 1, ~0u, 0);
}

/* Nothing that goes wrong in the child may be seen or felt outside. */
static void confine(void)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int stream = STDIN_FILENO; null >= 0 && stream <= STDERR_FILENO; stream++) {
		dup2(null, stream);
	}
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		signal(ending[i], SIG_DFL);
	}
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	if (!WITH_ADDRESS_SANITIZER) { /* which takes terabytes of address space for itself */
		setrlimit(RLIMIT_DATA, &(struct rlimit){MEMORY_MAX, MEMORY_MAX});
	}
}

static _Noreturn void child_main(pid_t parent, int control, int out)
{
	unsigned char wants;
	int fd;

	/* a parent that is killed cannot end it */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) {
		_exit(0);
	}
	close_others(control, out);
	confine();
	fd = receive(control, &wants);
	if (fd < 0) {
		_exit(0);
	}
	close(control);
	tracedat_child_run(fd, out, wants);
}

void tracedat_process_start(struct tracedat_process *ret)
{
	const pid_t parent = getpid();
	int controls[2];
	int ends[2];

	*ret = (struct tracedat_process){0};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, controls) < 0) {
		ret->problem = errno;
		return;
	}
	if (pipe2(ends, O_CLOEXEC) < 0) {
		ret->problem = errno;
		close(controls[0]);
		close(controls[1]);
		return;
	}
	fcntl(ends[1], F_SETPIPE_SZ, 1 << 20); /* fewer switches between the two; may fail */
	ret->child = fork();
	if (ret->child == 0) {
		child_main(parent, controls[1], ends[1]);
	}
	ret->problem = ret->child < 0 ? errno : 0;
	close(controls[1]);
	close(ends[1]);
	ret->control = controls[0];
	ret->pipe = ends[0];
	if (ret->child < 0) {
		close(controls[0]);
		close(ends[0]);
		ret->child = 0;
	}
}

int tracedat_process_give(struct tracedat_process *process, int fd, unsigned int wants)
{
	unsigned char wanted = (unsigned char)wants;
	struct iovec byte = {&wanted, 1};
	union control_space space;
	struct msghdr message;
	struct cmsghdr *header;
	ssize_t put;

	if (process->child == 0) {
		return process->problem ? process->problem : ECHILD;
	}
	control_prepare(&message, &byte, &space);
	header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	do {
		put = sendmsg(process->control, &message, MSG_NOSIGNAL);
	} while (put < 0 && errno == EINTR);
	return put == 1 ? 0 : errno;
}

void tracedat_process_end(struct tracedat_process *process)
{
	if (process->child > 0) {
		close(process->control);
		close(process->pipe);
		kill(process->child, SIGKILL);
		while (waitpid(process->child, NULL, 0) < 0 && errno == EINTR) {
		}
	}
	*process = (struct tracedat_process){0};
}
