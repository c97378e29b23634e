/* A folder of its own for each test, gone afterwards whatever the test did:
 *
 *     cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)
 *
 * `*state` is its path.
 */
#ifndef TESTS_TEMP_FOLDER_H
#define TESTS_TEMP_FOLDER_H

int temp_folder_make(void **state);
int temp_folder_remove(void **state);

#endif
