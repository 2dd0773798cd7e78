/* Implements interruption.h. Must not know what is interrupted. */
#include "interruption.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "files.h"

/* By this signal; 0: not yet. Handlers write it, and any thread reads it: atomic ints are free of locks. */
static atomic_int interrupted, terminating;

enum { GRACE = 10 }; /* seconds for what is being done, and for writing it */

/* Ends the program as the signal does by itself, but leaves no half a file. */
static void end_by(int signal_number)
{
    file_abandon();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

/* What holds the program up (a pipe that isn't read, a network's disk) doesn't hold it for ever. */
static void end_late(int signal_number)
{
    (void)signal_number;
    end_by(terminating);
}

/* May come twice for one reason, from the system and from the shell. */
static void interrupt(int signal_number)
{
    if (!terminating) alarm(GRACE);
    terminating = signal_number;
    interrupted = signal_number;
}

/* Ctrl-C: the second one ends the program at once. */
static void interrupt_by_key(int signal_number)
{
    static volatile sig_atomic_t again;
    if (again) end_by(signal_number);
    again = 1;
    interrupted = signal_number;
}

void interruption_watch(void)
{
    static const struct {
        int number;
        void (*handler)(int);
    } signals[] = {{SIGINT, interrupt_by_key}, {SIGTERM, interrupt}, {SIGHUP, interrupt}, {SIGALRM, end_late}};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct sigaction current, action = {.sa_handler = signals[i].handler, .sa_flags = SA_RESTART};
        sigemptyset(&action.sa_mask);
        if (sigaction(signals[i].number, NULL, &current) == 0 && current.sa_handler != SIG_IGN)
            sigaction(signals[i].number, &action, NULL);
    }
}

int interruption_signal(void)
{
    return interrupted;
}
