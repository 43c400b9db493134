//! What to do when GitHub does not give what was asked for: wait, try again, or give up.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

/// Bounds on patience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Attempts in all for one request.
    pub attempts: u32,
    /// The first wait; each one after it is twice as long.
    pub first: Duration,
    /// The longest wait that a limit may ask for; longer ones are given up, and the caller comes back later.
    pub longest: Duration,
    /// How long one attempt may take.
    pub request: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 4,
            first: Duration::from_secs(1),
            longest: Duration::from_mins(1),
            request: Duration::from_secs(30),
        }
    }
}

/// What to do after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// It is an answer, good or bad.
    Take,
    /// Wait and ask again.
    Again(Duration),
    /// A limit that lasts too long.
    Limited,
}

/// What to do after `status`. `attempt` counts from 1. What changes something (`once`) is asked again only where GitHub
/// says that it has not looked at it.
pub(super) fn after(
    status: StatusCode,
    headers: &HeaderMap,
    attempt: u32,
    once: bool,
    now: Timestamp,
    patience: Patience,
) -> Then {
    let limited = status == StatusCode::TOO_MANY_REQUESTS || (status == StatusCode::FORBIDDEN && is_limit(headers));
    if limited {
        let wait = limit(headers, now).unwrap_or_else(|| backoff(attempt, patience));
        return if attempt < patience.attempts && wait <= patience.longest { Then::Again(wait) } else { Then::Limited };
    }
    if status.is_server_error() && !once && attempt < patience.attempts {
        return Then::Again(backoff(attempt, patience));
    }
    Then::Take
}

/// The wait before the attempt after `attempt`.
pub(super) fn backoff(attempt: u32, patience: Patience) -> Duration {
    patience.first.saturating_mul(1 << attempt.saturating_sub(1).min(6)).min(patience.longest)
}

fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// Whether a refusal is a matter of limits and not of rights.
fn is_limit(headers: &HeaderMap) -> bool {
    headers.contains_key("retry-after") || number(headers, "x-ratelimit-remaining") == Some(0)
}

/// How long a limit lasts, by the headers.
fn limit(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let seconds = number(headers, "retry-after").or_else(|| {
        let reset = number(headers, "x-ratelimit-reset")?;
        (number(headers, "x-ratelimit-remaining") == Some(0)).then_some(reset.saturating_sub(now.as_second()))
    })?;
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience {
        attempts: 3,
        first: Duration::from_secs(1),
        longest: Duration::from_secs(50),
        request: Duration::from_secs(5),
    };

    fn then(status: u16, headers: &[(&'static str, &str)], attempt: u32, once: bool) -> Then {
        let headers = headers.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()));
        let now = Timestamp::from_second(1000).unwrap();
        after(StatusCode::from_u16(status).unwrap(), &headers.collect(), attempt, once, now, PATIENCE)
    }

    #[test]
    fn a_read_is_repeated_with_growing_waits_and_not_for_ever() {
        assert_eq!(then(502, &[], 1, false), Then::Again(Duration::from_secs(1)));
        assert_eq!(then(502, &[], 2, false), Then::Again(Duration::from_secs(2)));
        assert_eq!(then(502, &[], 3, false), Then::Take);
    }

    #[test]
    fn what_creates_something_is_not_repeated_after_an_error_of_the_server() {
        assert_eq!(then(502, &[], 1, true), Then::Take);
        assert_eq!(then(429, &[("retry-after", "2")], 1, true), Then::Again(Duration::from_secs(2)));
    }

    #[test]
    fn limits_are_waited_for_as_long_as_they_ask_and_no_longer_than_is_bearable() {
        let spent = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1030")];
        assert_eq!(then(403, &spent, 1, false), Then::Again(Duration::from_secs(30)));
        assert_eq!(
            then(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "9999")], 1, false),
            Then::Limited
        );
        assert_eq!(then(403, &[("retry-after", "7")], 1, true), Then::Again(Duration::from_secs(7)));
        assert_eq!(then(429, &[("retry-after", "7")], 3, false), Then::Limited);
        assert_eq!(
            then(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "900")], 1, false),
            Then::Again(Duration::ZERO)
        );
    }

    #[test]
    fn a_refusal_for_want_of_rights_is_an_answer() {
        assert_eq!(then(403, &[("x-ratelimit-remaining", "4999")], 1, false), Then::Take);
        assert_eq!(then(404, &[], 1, false), Then::Take);
    }

    #[test]
    fn the_longest_wait_that_is_bearable_is_still_waited() {
        let after = |seconds: &str| then(429, &[("retry-after", seconds)], 1, false);
        assert_eq!(after("50"), Then::Again(Duration::from_secs(50)));
        assert_eq!(after("51"), Then::Limited);
        assert_eq!(after("0"), Then::Again(Duration::ZERO));
        assert_eq!(after(" 3 "), Then::Again(Duration::from_secs(3)));
        assert_eq!(after("-3"), Then::Again(Duration::ZERO), "a time that is over is now");
        assert_eq!(after("9223372036854775807"), Then::Limited);
    }

    #[test]
    fn a_limit_that_does_not_say_how_long_is_waited_for_with_growing_waits() {
        assert_eq!(then(429, &[], 1, true), Then::Again(Duration::from_secs(1)));
        assert_eq!(then(429, &[], 2, true), Then::Again(Duration::from_secs(2)));
        assert_eq!(then(429, &[], 3, true), Then::Limited);
        let date = [("retry-after", "Fri, 20 Nov 2026 12:00:00 GMT")];
        assert_eq!(then(403, &date, 2, false), Then::Again(Duration::from_secs(2)), "a form that is not read");
        assert_eq!(then(403, &[("x-ratelimit-remaining", "0")], 1, false), Then::Again(Duration::from_secs(1)));
    }

    #[test]
    fn what_retry_after_says_comes_before_the_reset() {
        let both = [("retry-after", "4"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1030")];
        assert_eq!(then(429, &both, 1, false), Then::Again(Duration::from_secs(4)));
        let left = [("x-ratelimit-remaining", "12"), ("x-ratelimit-reset", "1030")];
        assert_eq!(then(429, &left, 1, false), Then::Again(Duration::from_secs(1)), "that limit is not the one");
    }

    #[test]
    fn waits_double_up_to_the_longest_and_never_overflow() {
        let wide = Patience { longest: Duration::from_secs(1000), ..PATIENCE };
        let waits: Vec<u64> = (0..=9).map(|attempt| backoff(attempt, wide).as_secs()).collect();
        assert_eq!(waits, [1, 1, 2, 4, 8, 16, 32, 64, 64, 64]);
        assert_eq!(backoff(7, PATIENCE), Duration::from_secs(50));
        assert_eq!(backoff(u32::MAX, Patience { first: Duration::MAX, ..wide }), Duration::from_secs(1000));
    }

    #[test]
    fn every_other_answer_is_taken_at_once() {
        for status in [200, 201, 204, 301, 401, 403, 404, 409, 410, 422] {
            assert_eq!(then(status, &[], 1, false), Then::Take, "{status}");
        }
        assert_eq!(then(404, &[("retry-after", "3")], 1, false), Then::Take);
        for status in [500, 502, 503, 504] {
            assert_eq!(then(status, &[], 1, false), Then::Again(Duration::from_secs(1)), "{status}");
        }
    }
}
