/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - short lists, walked through. */

#include "capsule/names.h"

/* All are told in cclb/capsule.h. */
static const char *const header_names[] = {
    "api-key",
    "authorization",
    "cookie",
    "proxy-authorization",
    "set-cookie",
    "x-access-token",
    "x-amz-security-token",
    "x-api-key",
    "x-auth-token",
    "x-csrf-token",
    "x-goog-api-key",
    "openai-api-key",
    "private-token",
    "x-forwarded-access-token",
};

static const char *const claim_names[] = {
    "access_token", "api_key",       "authorization", "client_secret", "cookie",   "credential",   "credentials",
    "email",        "id_token",      "jwt",           "name",          "password", "phone_number", "preferred_username",
    "private_key",  "refresh_token", "secret",        "session",       "sub",      "token",
};

static const char *const parameter_names[] = {
    "access_token",
    "api_key",
    "auth",
    "auth_token",
    "client_secret",
    "credential",
    "id_token",
    "jwt",
    "key",
    "password",
    "refresh_token",
    "secret",
    "session",
    "sig",
    "signature",
    "subscription_key",
    "token",
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-signature",
    "x-goog-credential",
    "x-goog-signature",
};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static bool init(struct names *names, struct arena *arena)
{
    names->met = arena_array(arena, names_count(names), sizeof *names->met);
    return names->met != NULL;
}

bool names_of_headers(struct names *names, const cclb_capsule_options *options, struct arena *arena)
{
    *names = (struct names){.always = header_names,
                            .always_count = COUNT(header_names),
                            .more = options->header_names,
                            .more_count = options->header_name_count};
    return init(names, arena);
}

bool names_of_claims(struct names *names, const cclb_capsule_options *options, struct arena *arena)
{
    *names = (struct names){.always = claim_names,
                            .always_count = COUNT(claim_names),
                            .more = options->claim_names,
                            .more_count = options->claim_name_count};
    return init(names, arena);
}

bool names_of_parameters(struct names *names, const cclb_capsule_options *options, struct arena *arena)
{
    size_t count = options->header_name_count + options->claim_name_count;
    cclb_bytes *more = arena_array(arena, count, sizeof *more);
    if (more == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        more[i] = i < options->header_name_count ? options->header_names[i]
                                                 : options->claim_names[i - options->header_name_count];
    }
    *names = (struct names){
        .always = parameter_names, .always_count = COUNT(parameter_names), .more = more, .more_count = count};
    return init(names, arena);
}

cclb_bytes names_at(const struct names *names, size_t index)
{
    return index < names->always_count ? cclb_text(names->always[index]) : names->more[index - names->always_count];
}

static uint8_t plain(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte - 'A' + 'a') : byte;
}

/* Where the next byte is that counts: "access_token", "Access-Token" and "accessToken" are one name. */
static size_t skip(cclb_bytes name, size_t at)
{
    while (at < name.len && (name.data[at] == '-' || name.data[at] == '_')) {
        at++;
    }
    return at;
}

static bool is_same(cclb_bytes a, cclb_bytes b)
{
    size_t i = skip(a, 0);
    size_t k = skip(b, 0);
    while (i < a.len && k < b.len && plain(a.data[i]) == plain(b.data[k])) {
        i = skip(a, i + 1);
        k = skip(b, k + 1);
    }
    return i == a.len && k == b.len;
}

bool names_meet(struct names *names, cclb_bytes name)
{
    for (size_t i = 0; i < names_count(names); i++) {
        if (is_same(names_at(names, i), name)) {
            names->met[i] = true;
            return true;
        }
    }
    return false;
}
