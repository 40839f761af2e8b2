// SPDX-License-Identifier: Apache-2.0
//! The URL standard's parser, the same crate and version that the reference uses.

use crate::{Bytes, write_text};
use std::str;
use url::{Position, Url};

/// A parsed URL with its origin's text; owned by C between `rust_url_parse` and `rust_url_destroy`.
pub struct ParsedUrl {
    url: Url,
    origin: String,
}

/// `enum rust_url_part` of `src/base/rust_url.h`.
#[repr(C)]
pub enum Part {
    Serialised = 0,
    Origin = 1,
    Scheme = 2,
    Username = 3,
    Password = 4,
    Host = 5,
    Path = 6,
    Query = 7,
    Fragment = 8,
}

/// Parses an absolute URL; null and the parser's words when it is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_url_parse(
    text: Bytes,
    message: *mut u8,
    capacity: usize,
) -> Option<Box<ParsedUrl>> {
    // SAFETY: the caller's promise about a span.
    let bytes = unsafe { text.as_slice() };
    let parsed = str::from_utf8(bytes)
        .map_err(|_| "not UTF-8".to_owned())
        .and_then(|text| Url::parse(text).map_err(|error| error.to_string()));
    match parsed {
        Ok(url) => {
            let origin = url.origin().ascii_serialization();
            Some(Box::new(ParsedUrl { url, origin }))
        }
        Err(words) => {
            // SAFETY: the caller owns `capacity` bytes at `message`.
            unsafe { write_text(&words, message, capacity) };
            None
        }
    }
}

/// One part of a parsed URL; an absent part has a null `data`. It lives as long as the URL.
#[unsafe(no_mangle)]
pub extern "C" fn rust_url_part(parsed: &ParsedUrl, part: Part) -> Bytes {
    let url = &parsed.url;
    let text = match part {
        Part::Serialised => Some(url.as_str()),
        Part::Origin => Some(parsed.origin.as_str()),
        Part::Scheme => Some(url.scheme()),
        Part::Username => Some(url.username()),
        Part::Password => url.password(),
        Part::Host => url.host_str(),
        Part::Path => Some(&url[Position::BeforePath..Position::AfterPath]),
        Part::Query => url.query(),
        Part::Fragment => url.fragment(),
    };
    match text {
        Some(text) => Bytes { data: text.as_ptr(), len: text.len() },
        None => Bytes { data: std::ptr::null(), len: 0 },
    }
}

/// The port with the scheme's default filled in, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn rust_url_port(parsed: &ParsedUrl) -> i32 {
    parsed.url.port_or_known_default().map_or(-1, i32::from)
}

/// Whether the origin is a tuple (scheme, host, port) and not opaque.
#[unsafe(no_mangle)]
pub extern "C" fn rust_url_has_tuple_origin(parsed: &ParsedUrl) -> bool {
    parsed.url.origin().is_tuple()
}

/// Whether two URLs have equal origins; opaque ones equal nothing.
#[unsafe(no_mangle)]
pub extern "C" fn rust_url_same_origin(a: &ParsedUrl, b: &ParsedUrl) -> bool {
    let origin = a.url.origin();
    origin.is_tuple() && origin == b.url.origin()
}

/// Frees a parsed URL; null is fine.
#[unsafe(no_mangle)]
pub extern "C" fn rust_url_destroy(_parsed: Option<Box<ParsedUrl>>) {}
