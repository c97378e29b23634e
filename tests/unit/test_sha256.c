#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "sha256.h"

static void assert_digest(struct epochlog__sha256 *hash, const char *want)
{
  uint8_t digest[EPOCHLOG__SHA256_SIZE];
  char got[2 * EPOCHLOG__SHA256_SIZE + 1];

  epochlog__sha256_end(hash, digest);
  for (size_t i = 0; i < sizeof digest; i++) snprintf(got + 2 * i, 3, "%02x", digest[i]);
  assert_string_equal(got, want);
}

/* FIPS 180-4's examples, and the empty message. */
static void digests_are_those_of_the_standard(void **state)
{
  const struct {
    const char *message;
    const char *digest;
  } vectors[] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
       "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
       "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
    struct epochlog__sha256 hash;

    epochlog__sha256_init(&hash);
    epochlog__sha256_add(&hash, vectors[i].message, strlen(vectors[i].message));
    assert_digest(&hash, vectors[i].digest);
  }
}

static void a_million_letters_in_pieces_give_the_standards_digest(void **state)
{
  struct epochlog__sha256 hash;
  char letters[1000];

  (void)state;
  memset(letters, 'a', sizeof letters);
  epochlog__sha256_init(&hash);
  for (size_t done = 0, piece = 1; done < 1000000; done += piece, piece = piece % 997 + 1) {
    if (piece > 1000000 - done) piece = 1000000 - done;
    epochlog__sha256_add(&hash, letters, piece);
  }
  assert_digest(&hash, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(digests_are_those_of_the_standard),
      cmocka_unit_test(a_million_letters_in_pieces_give_the_standards_digest),
  };

  return cmocka_run_group_tests_name("sha256", tests, NULL, NULL) != 0;
}
