/* To be loaded before the C library of a program (LD_PRELOAD): the clock that never steps back runs 100,000 times as
 * fast. Linux only. */
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { FASTER = 100000, NANOSECONDS = 1000000000 };

int clock_gettime(clockid_t clock, struct timespec *time)
{
    const int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result != 0 || clock != CLOCK_MONOTONIC) return result;
    const long long fast = (long long)time->tv_nsec * FASTER;
    time->tv_sec = time->tv_sec * FASTER + (time_t)(fast / NANOSECONDS);
    time->tv_nsec = (long)(fast % NANOSECONDS);
    return 0;
}
