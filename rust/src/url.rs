// SPDX-License-Identifier: Apache-2.0
//! The URL standard's parser, the same crate and version that the reference uses.

use crate::{Bytes, write_text};
use std::cell::OnceCell;
use std::str;
use url::{Origin, Position, Url};

/// A parsed URL; owned by C between `rust_url_parse` and `rust_url_destroy`, and used by one thread at a time.
pub struct ParsedUrl {
    url: Url,
    /// The origin's text, made when it is asked for.
    origin: OnceCell<String>,
}

/// What `Url::origin` says, without its recursion: of a `blob:` URL the origin is that of the URL in its path, and the
/// crate parses that again for each `blob:` before it, on the stack. Who writes the URL would choose how deep.
fn origin_of(url: &Url) -> Origin {
    if url.scheme() != "blob" {
        return url.origin();
    }
    let mut inner = url.path();
    loop {
        inner = inner.trim_start_matches(|character: char| character <= ' ');
        match inner.get(..5) {
            Some(scheme) if scheme.eq_ignore_ascii_case("blob:") => inner = &inner[5..],
            _ => break,
        }
    }
    Url::parse(inner).map_or_else(|_| Origin::new_opaque(), |url| url.origin())
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
        Ok(url) => Some(Box::new(ParsedUrl { url, origin: OnceCell::new() })),
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
        Part::Origin => {
            Some(parsed.origin.get_or_init(|| origin_of(url).ascii_serialization()).as_str())
        }
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
    origin_of(&parsed.url).is_tuple()
}

/// Whether two URLs have equal origins; opaque ones equal nothing.
#[unsafe(no_mangle)]
pub extern "C" fn rust_url_same_origin(a: &ParsedUrl, b: &ParsedUrl) -> bool {
    let origin = origin_of(&a.url);
    origin.is_tuple() && origin == origin_of(&b.url)
}

/// Frees a parsed URL; null is fine.
#[unsafe(no_mangle)]
pub extern "C" fn rust_url_destroy(_parsed: Option<Box<ParsedUrl>>) {}
