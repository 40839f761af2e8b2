/* SPDX-License-Identifier: Apache-2.0 */
/* store_test.c - files in a folder of their own: what is written, what is refused, and that nothing half written stays. */

#include "capsule/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- calls of the system, in place of which the linker calls these (tests/CMakeLists.txt) ---- */

static struct {
    bool writes_nothing;
    size_t empty_writes;
    size_t room; /* bytes until a disk is full; 0: it is not */
    int folder_sync_errno; /* of fsync() of a folder; 0: as it is */
    int unlink_errno;      /* likewise, of unlink() of a hidden file */
    size_t folder_syncs;
    bool linked_when_synced; /* whether the file had its name, and no other, when the folder was synced last */
} played;

static const char *in_folder(const char *name);

ssize_t __real_write(int to, const void *bytes, size_t size);
ssize_t __wrap_write(int to, const void *bytes, size_t size);
int __real_fsync(int file);
int __wrap_fsync(int file);
int __real_unlink(const char *path);
int __wrap_unlink(const char *path);

ssize_t __wrap_write(int to, const void *bytes, size_t size)
{
    if (to <= STDERR_FILENO) {
        return __real_write(to, bytes, size);
    }
    if (played.room > 0) {
        if (size < played.room) {
            played.room -= size;
            return __real_write(to, bytes, size);
        }
        if (played.room == 1) {
            errno = ENOSPC;
            return -1;
        }
        size = played.room - 1;
        played.room = 1;
        return __real_write(to, bytes, size);
    }
    if (!played.writes_nothing) {
        return __real_write(to, bytes, size);
    }
    if (++played.empty_writes > 100) {
        abort(); /* whoever asks so often would never end */
    }
    return 0;
}

int __wrap_fsync(int file)
{
    struct stat about;
    assert_int_equal(fstat(file, &about), 0);
    if (!S_ISDIR(about.st_mode)) {
        return __real_fsync(file);
    }
    played.folder_syncs++;
    played.linked_when_synced = stat(in_folder("a-0001.json"), &about) == 0 && about.st_nlink == 1;
    if (played.folder_sync_errno != 0) {
        errno = played.folder_sync_errno;
        return -1;
    }
    return __real_fsync(file);
}

int __wrap_unlink(const char *path)
{
    if (played.unlink_errno != 0 && strstr(path, "/.cclb")) {
        errno = played.unlink_errno;
        return -1;
    }
    return __real_unlink(path);
}

/* ---- the folder ---- */

static char folder[] = "/tmp/cclb-store-test-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* How many files there are, hidden ones too; removes them. */
static size_t sweep(void)
{
    size_t count = 0;
    DIR *open_folder = opendir(folder);
    assert_non_null(open_folder);
    for (struct dirent *entry = readdir(open_folder); entry; entry = readdir(open_folder)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            count++;
            assert_int_equal(unlink(in_folder(entry->d_name)), 0);
        }
    }
    closedir(open_folder);
    return count;
}

static void expect_content(const char *name, const char *wanted)
{
    char content[64] = "";
    FILE *file = fopen(in_folder(name), "rb");
    assert_non_null(file);
    content[fread(content, 1, sizeof content - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(content, wanted);
}

static int set_up_folder(void **state)
{
    (void)state;
    memset(&played, 0, sizeof played);
    snprintf(folder, sizeof folder, "/tmp/cclb-store-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    sweep();
    return rmdir(folder);
}

static void a_file_is_whole_and_its_owners(void **state)
{
    (void)state;
    mode_t mask = umask(0);
    assert_int_equal(store_file(folder, "a", 1, cclb_text("content")), 0);
    umask(mask);
    struct stat about;
    assert_int_equal(stat(in_folder("a-0001.json"), &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_int_equal(about.st_nlink, 1);
    expect_content("a-0001.json", "content");
    assert_int_equal(sweep(), 1);
}

static void a_name_that_is_taken_is_left(void **state)
{
    (void)state;
    assert_int_equal(store_file(folder, "a", 7, cclb_text("first")), 0);
    assert_int_equal(symlink("/nowhere", in_folder("a-0008.json")), 0);
    assert_int_equal(store_file(folder, "a", 7, cclb_text("second")), 0);
    expect_content("a-0007.json", "first");
    expect_content("a-0009.json", "second");
    assert_int_equal(access("/nowhere", F_OK), -1);
    assert_int_equal(sweep(), 3);
}

static void after_the_last_number_comes_the_first(void **state)
{
    (void)state;
    assert_int_equal(store_file(folder, "a", 999, cclb_text("first")), 0);
    assert_int_equal(store_file(folder, "a", 2 * 999, cclb_text("second")), 0);
    assert_int_equal(store_file(folder, "a", UINT32_MAX, cclb_text("third")), 0);
    expect_content("a-0999.json", "first");
    expect_content("a-0001.json", "second");
    assert_int_equal(sweep(), 3);
}

static void when_all_names_are_taken_it_says_so(void **state)
{
    (void)state;
    for (int i = 1; i <= 999; i++) {
        char name[32];
        snprintf(name, sizeof name, "a-%04d.json", i);
        int file = open(in_folder(name), O_CREAT | O_WRONLY, 0600);
        assert_true(file >= 0);
        close(file);
    }
    assert_int_equal(store_file(folder, "a", 1, cclb_text("x")), EEXIST);
    assert_int_equal(store_file(folder, "a", 5000, cclb_text("x")), EEXIST);
    assert_int_equal(sweep(), 999);
}

static void what_is_no_folder_takes_no_file(void **state)
{
    (void)state;
    assert_int_equal(store_file(in_folder("missing"), "a", 1, cclb_text("x")), ENOENT);
    int file = open(in_folder("file"), O_CREAT | O_WRONLY, 0600);
    close(file);
    assert_int_equal(store_file(in_folder("file"), "a", 1, cclb_text("x")), ENOTDIR);
    assert_int_equal(sweep(), 1);
}

static void a_folder_that_may_not_be_written_stays_as_it_is(void **state)
{
    (void)state;
    enum { NOBODY = 65534 };
    bool is_root = geteuid() == 0; /* whom no mode keeps out */
    assert_int_equal(chmod(folder, 0555), 0);
    if (is_root) {
        assert_int_equal(seteuid(NOBODY), 0);
    }
    int problem = store_file(folder, "a", 1, cclb_text("x"));
    if (is_root) {
        assert_int_equal(seteuid(0), 0);
    }
    assert_int_equal(problem, EACCES);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(sweep(), 0);
}

/* A disk that is full in the middle of a file, by way of the longest that this process may write. */
static void half_a_file_is_none(void **state)
{
    (void)state;
    static const char zeros[10000];
    played.room = 4096;
    assert_int_equal(store_file(folder, "a", 1, cclb_bytes_of(zeros, sizeof zeros)), ENOSPC);
    assert_int_equal(sweep(), 0);
}

/* SIGXFSZ would end this test. */
static void a_limit_on_files_does_not_end_the_host(void **state)
{
    (void)state;
    static const char zeros[4097];
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit short_files = {.rlim_cur = 4096, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &short_files), 0);
    int above = store_file(folder, "a", 1, cclb_bytes_of(zeros, 4097));
    int within = store_file(folder, "b", 1, cclb_bytes_of(zeros, 4096));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(above, EFBIG);
    assert_int_equal(within, 0);
    assert_int_equal(sweep(), 1);
}

static void a_disk_that_takes_nothing_ends_it(void **state)
{
    (void)state;
    played.writes_nothing = true;
    assert_int_equal(store_file(folder, "a", 1, cclb_text("x")), EIO);
    assert_int_equal(sweep(), 0);
}

static void a_name_is_synced_too(void **state)
{
    (void)state;
    assert_int_equal(store_file(folder, "a", 1, cclb_text("x")), 0);
    assert_int_equal(played.folder_syncs, 1);
    assert_true(played.linked_when_synced);
    assert_int_equal(sweep(), 1);
}

static void what_is_not_sure_to_stay_is_not_kept(void **state)
{
    (void)state;
    played.folder_sync_errno = EIO;
    assert_int_equal(store_file(folder, "a", 1, cclb_text("x")), EIO);
    assert_int_equal(sweep(), 0);
    played.folder_sync_errno = EINVAL; /* there is no such thing on this file system */
    assert_int_equal(store_file(folder, "a", 1, cclb_text("x")), 0);
    assert_int_equal(sweep(), 1);
}

static void what_stays_beside_is_told(void **state)
{
    (void)state;
    played.unlink_errno = EROFS;
    assert_int_equal(store_file(folder, "a", 1, cclb_text("x")), EROFS);
    assert_int_equal(access(in_folder("a-0001.json"), F_OK), -1);
    played.unlink_errno = 0;
    assert_int_equal(sweep(), 1);
}

/* Nor does a folder that was opened stay so. */
static void no_descriptor_is_lost(void **state)
{
    (void)state;
    int before = dup(STDERR_FILENO);
    close(before);
    assert_int_equal(store_file(folder, "a", 1, cclb_text("x")), 0);
    played.folder_sync_errno = EIO;
    assert_int_equal(store_file(folder, "a", 1, cclb_text("x")), EIO);
    assert_int_equal(store_file(in_folder("missing"), "a", 1, cclb_text("x")), ENOENT);
    int after = dup(STDERR_FILENO);
    close(after);
    assert_int_equal(after, before);
    assert_int_equal(sweep(), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_whole_and_its_owners),
        TEST(a_name_that_is_taken_is_left),
        TEST(after_the_last_number_comes_the_first),
        TEST(when_all_names_are_taken_it_says_so),
        TEST(what_is_no_folder_takes_no_file),
        TEST(a_folder_that_may_not_be_written_stays_as_it_is),
        TEST(half_a_file_is_none),
        TEST(a_limit_on_files_does_not_end_the_host),
        TEST(a_disk_that_takes_nothing_ends_it),
        TEST(a_name_is_synced_too),
        TEST(what_is_not_sure_to_stay_is_not_kept),
        TEST(what_stays_beside_is_told),
        TEST(no_descriptor_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
