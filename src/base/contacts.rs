//! Finds e-mail addresses and phone numbers of people in a text.

use std::ops::Range;

/// A way to reach somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its bytes in the text.
    pub place: Range<usize>,
    /// Which way.
    pub way: Way,
}

/// A way to reach somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// By e-mail.
    Mail,
    /// By phone.
    Phone,
}

/// All addresses and numbers in `text`, by place.
#[must_use]
pub fn find(text: &str) -> Vec<Found> {
    let mails = text.match_indices('@').filter_map(|(at, _)| Some(Found { place: mail(text, at)?, way: Way::Mail }));
    let phones = text.match_indices('+').filter_map(|(at, _)| Some(Found { place: phone(text, at)?, way: Way::Phone }));
    let mut found: Vec<Found> = mails.chain(phones).collect();
    found.sort_unstable_by_key(|found| found.place.start);
    found
}

/// The longest name and the longest domain that an address can have, by RFC 5321.
const LONGEST_NAME: usize = 64;
const LONGEST_DOMAIN: usize = 255;

/// Words in addresses that stand for a desk, a programme or a function and not for a person.
const FUNCTIONS: [&str; 36] = [
    "abuse",
    "accounts",
    "admin",
    "alerts",
    "billing",
    "contact",
    "desk",
    "dpo",
    "duty",
    "emergency",
    "feedback",
    "git",
    "hello",
    "help",
    "helpdesk",
    "hotline",
    "info",
    "invoice",
    "it",
    "mail",
    "monitoring",
    "news",
    "newsletter",
    "noc",
    "noreply",
    "office",
    "postmaster",
    "privacy",
    "reply",
    "root",
    "sales",
    "security",
    "service",
    "servicedesk",
    "soc",
    "support",
];

/// Ends of names of hosts that are no mail domains, or that are set apart for examples.
const NO_DOMAINS: [&str; 14] = [
    "arpa",
    "conf",
    "example",
    "internal",
    "invalid",
    "lan",
    "local",
    "localhost",
    "mount",
    "path",
    "service",
    "socket",
    "test",
    "timer",
];

/// The address around the `@` at `at`.
fn mail(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let in_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte);
    let name = bytes.get(..at)?.iter().rev().take(LONGEST_NAME + 1).take_while(in_name).count();
    let in_domain = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'.' || **byte == b'-';
    let length = bytes.get(at + 1..)?.iter().take(LONGEST_DOMAIN + 1).take_while(in_domain).count();
    if name == 0 || name > LONGEST_NAME || length > LONGEST_DOMAIN {
        return None;
    }
    let domain = text.get(at + 1..at + 1 + length)?.trim_end_matches(['.', '-']);
    let name = text.get(at - name..at)?.trim_start_matches(['.', '-', '_', '%', '+']);
    let start = at - name.len();
    // In `ssh://git@host` and `https://ann:password@host` it is part of a web address.
    let before = bytes.get(..start)?.last();
    let is_address = before.is_some_and(|before| matches!(before, b'/' | b'@'))
        || (before == Some(&b':') && !text.get(..start)?.ends_with("mailto:"));
    let sound = !name.is_empty() && is_mail_domain(domain) && !is_function(name);
    (sound && !is_address).then_some(start..at + 1 + domain.len())
}

/// Whether people could have addresses in this domain, and real ones.
fn is_mail_domain(domain: &str) -> bool {
    let lower = domain.to_ascii_lowercase();
    let Some((rest, last)) = lower.rsplit_once('.') else { return false };
    let letters = last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    let second = rest.rsplit_once('.').map_or(rest, |(_, second)| second);
    let reserved = second == "example" && matches!(last, "com" | "net" | "org");
    letters && !reserved && !NO_DOMAINS.contains(&last) && rest.split('.').all(|label| !label.is_empty())
}

fn is_function(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.split(['.', '-', '_', '+']).any(|word| FUNCTIONS.contains(&word))
}

/// Words before a number that say that it rings at a desk and not with a person.
const DESKS: [&str; 8] = ["desk", "hotline", "switchboard", "support", "emergency", "reception", "service", "central"];

/// The international number that begins with the `+` at `at`: nine to fifteen digits with blanks, dashes, dots or
/// brackets between them.
fn phone(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let before = at.checked_sub(1).and_then(|at| bytes.get(at));
    if before.is_some_and(|before| before.is_ascii_alphanumeric() || b"+-_.=/)".contains(before)) {
        return None;
    }
    let mut digits = 0usize;
    let mut end = at + 1;
    let mut gap = 0usize;
    for (offset, byte) in bytes.get(at + 1..)?.iter().take(40).enumerate() {
        match byte {
            b'0' if digits == 0 => return None,
            b'0'..=b'9' => {
                digits += 1;
                gap = 0;
                end = at + 2 + offset;
            }
            b' ' | b'-' | b'.' | b'(' | b')' | b'/' if digits > 0 && gap < 2 => gap += 1,
            _ => break,
        }
    }
    let number = text.get(at + 1..end)?;
    let after = text.get(end..)?.chars().next();
    let amount =
        number.split(' ').any(|group| group == "000") || after.is_some_and(|c| c.is_alphanumeric() || c == '%');
    let line = text.get(text.floor_char_boundary(at.saturating_sub(120))..at)?;
    let line = line.rsplit('\n').next()?.to_ascii_lowercase();
    let desk = DESKS.iter().any(|desk| line.contains(desk));
    ((9..=15).contains(&digits) && !amount && !desk).then_some(at..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(&str, Way)> {
        find(text).into_iter().map(|found| (&text[found.place], found.way)).collect()
    }

    #[test]
    fn addresses_of_people_are_found_in_any_surroundings() {
        for text in [
            "ann.lee@harbour.no",
            "Write to ann.lee@harbour.no.",
            "<ann.lee@harbour.no>",
            "mailto:ann.lee@harbour.no",
            "[ann.lee@harbour.no, x]",
            "to: \"ann.lee@harbour.no\"",
            "é ann.lee@harbour.no…",
        ] {
            assert_eq!(told(text), [("ann.lee@harbour.no", Way::Mail)], "{text}");
        }
        assert_eq!(told("Ann_L+x@a.b-c.co.uk")[0].0, "Ann_L+x@a.b-c.co.uk");
    }

    #[test]
    fn examples_functions_and_things_that_only_look_like_addresses_are_not() {
        for text in [
            "ann@example.org",
            "ann@mail.example.com",
            "ann@Example.NET",
            "ann@harbour.invalid",
            "ann@harbour.example",
            "service-desk@harbour.no",
            "it.support@harbour.no",
            "noreply@harbour.no",
            "git@github.com:harbour/sms.git",
            "ssh://git-user@host.no/x",
            "https://ann:word@host.no/x",
            "getty@tty1.service",
            "ann@laptop",
            "pkg@1.2.3",
            "@harbour.no",
            "ann@",
            "ann@.no",
            "a@b..no",
            "@@@@",
            "uses: actions/checkout@v4",
        ] {
            assert_eq!(told(text), [], "{text}");
        }
        let long = format!("{}@harbour.no", "a".repeat(65));
        assert_eq!(told(&long), []);
    }

    #[test]
    fn phone_numbers_in_international_form_are_found() {
        for number in ["+47 912 34 567", "+351-21-345-6789", "+44 (0)20 7946 0321", "+4791234567", "+1.415.555.2671"] {
            for text in [number.to_owned(), format!("Ann: {number}, at night"), format!("\"{number}\"")] {
                assert_eq!(told(&text), [(number, Way::Phone)], "{text}");
            }
        }
    }

    #[test]
    fn amounts_offsets_and_numbers_of_desks_are_no_phone_numbers() {
        for text in [
            "2026-11-09T10:00:00+00:00",
            "2026-11-09T10:00:00 +0100",
            "+01:00",
            "+12 000 000 EUR",
            "+120 450 000",
            "+123456789kWh",
            "+12345678",
            "+1234567890123456",
            "+ 47 912 34 567",
            "a+4791234567",
            "1+234567890",
            "Service desk: +47 912 34 567",
            "hotline +47 912 34 567",
            "+++++",
            "+",
        ] {
            assert_eq!(told(text), [], "{text}");
        }
        assert_eq!(told("The desk is closed.\nAnn +47 912 34 567").len(), 1, "another line");
    }

    #[test]
    fn what_is_found_comes_by_place() {
        let ways: Vec<Way> =
            find("+47 912 34 567 ann@harbour.no +47 912 34 568").iter().map(|found| found.way).collect();
        assert_eq!(ways, [Way::Phone, Way::Mail, Way::Phone]);
    }
}
