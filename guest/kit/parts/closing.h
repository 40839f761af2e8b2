/* SPDX-License-Identifier: Apache-2.0 */
CCLB_METADATA_(CCLB_JSON_("}}"))

#ifdef __cplusplus
}
#endif

#endif
