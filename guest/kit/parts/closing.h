/* SPDX-License-Identifier: Apache-2.0 */
CCLB_METADATA_(CCLB_JSON_("}}"))

#pragma clang diagnostic pop

#ifdef __cplusplus
}
#endif

#endif
