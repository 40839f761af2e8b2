/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an endpoint for Prometheus answers:
 */
#include <cclb.h>
#include <stdio.h>

cclb_status scrape(cclb_runtime *runtime, FILE *client,
                   cclb_error *error)
{
    cclb_buffer text;
    cclb_status status =
        cclb_metrics_to_prometheus(runtime, NULL, &text, error);
    if (status == CCLB_OK) {
        fprintf(client,
                "HTTP/1.1 200 OK\r\n"
                "Content-Type: text/plain; version=0.0.4\r\n"
                "Content-Length: %zu\r\n\r\n",
                text.len);
        fwrite(text.data, 1, text.len, client);
        cclb_buffer_deinit(&text);
    }
    return status;
}
