//! Finds what looks like a password, a key or a token in a text, in one walk over it.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// Something that looks like a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its bytes in the text.
    pub place: Range<usize>,
    /// What it looks like, with its article.
    pub what: &'static str,
}

/// How what begins with a needle is judged.
#[derive(Debug, Clone, Copy)]
enum Sort {
    /// A token of a known form: at least so many bytes of an alphabet follow.
    Token(&'static str, fn(u8) -> bool, usize),
    /// A JSON web token: three parts between dots.
    WebToken,
    /// The first line of a key in text form.
    KeyBlock,
    /// The end of the scheme of an address.
    Address,
    /// A word behind which a password may stand.
    Password,
    /// A word behind which a secret, a token or a key may stand; it is used for many other things too.
    Key(&'static str),
}

const fn alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

const fn upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

const fn hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

const fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

const fn dotted(byte: u8) -> bool {
    word(byte) || byte == b'.'
}

/// What is looked for. Words stand in the forms in which keys are written.
const NEEDLES: &[(&str, Sort)] = &[
    ("AKIA", Sort::Token("an access key of AWS", upper, 16)),
    ("ASIA", Sort::Token("an access key of AWS", upper, 16)),
    ("ghp_", Sort::Token("a token of GitHub", alphanumeric, 36)),
    ("gho_", Sort::Token("a token of GitHub", alphanumeric, 36)),
    ("ghu_", Sort::Token("a token of GitHub", alphanumeric, 36)),
    ("ghs_", Sort::Token("a token of GitHub", alphanumeric, 36)),
    ("ghr_", Sort::Token("a token of GitHub", alphanumeric, 36)),
    ("github_pat_", Sort::Token("a token of GitHub", word, 40)),
    ("glpat-", Sort::Token("a token of GitLab", word, 20)),
    ("xoxb-", Sort::Token("a token of Slack", word, 20)),
    ("xoxp-", Sort::Token("a token of Slack", word, 20)),
    ("xoxa-", Sort::Token("a token of Slack", word, 20)),
    ("xoxs-", Sort::Token("a token of Slack", word, 20)),
    ("sk_live_", Sort::Token("a key of Stripe", alphanumeric, 20)),
    ("rk_live_", Sort::Token("a key of Stripe", alphanumeric, 20)),
    ("AIza", Sort::Token("a key of Google", word, 35)),
    ("GOCSPX-", Sort::Token("a client secret of Google", word, 24)),
    ("npm_", Sort::Token("a token of npm", alphanumeric, 36)),
    ("pypi-AgE", Sort::Token("a token of PyPI", word, 50)),
    ("SG.", Sort::Token("a key of SendGrid", dotted, 60)),
    ("hvs.", Sort::Token("a token of Vault", word, 24)),
    ("dop_v1_", Sort::Token("a token of DigitalOcean", hex, 64)),
    ("sk-ant-", Sort::Token("a key of Anthropic", word, 40)),
    ("sk-proj-", Sort::Token("a key of OpenAI", word, 40)),
    ("AGE-SECRET-KEY-1", Sort::Token("a private key of age", upper, 58)),
    ("eyJ", Sort::WebToken),
    ("-----BEGIN ", Sort::KeyBlock),
    ("://", Sort::Address),
    ("password", Sort::Password),
    ("Password", Sort::Password),
    ("PASSWORD", Sort::Password),
    ("passwd", Sort::Password),
    ("passphrase", Sort::Password),
    ("Passphrase", Sort::Password),
    ("secret", Sort::Key("a secret")),
    ("Secret", Sort::Key("a secret")),
    ("SECRET", Sort::Key("a secret")),
    ("token", Sort::Key("a token")),
    ("Token", Sort::Key("a token")),
    ("TOKEN", Sort::Key("a token")),
    ("api_key", Sort::Key("a key")),
    ("api-key", Sort::Key("a key")),
    ("apikey", Sort::Key("a key")),
    ("apiKey", Sort::Key("a key")),
    ("API_KEY", Sort::Key("a key")),
    ("access_key", Sort::Key("a key")),
    ("private_key", Sort::Key("a key")),
];

/// All needles in one automaton, so that a text is read once however many there are.
static AUTOMATON: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let needles = NEEDLES.iter().map(|(needle, _)| needle);
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(needles).ok()
});

/// What looks like a secret in `text`, by place.
#[must_use]
pub fn find(text: &str) -> Vec<Found> {
    let Some(automaton) = AUTOMATON.as_ref() else { return Vec::new() };
    let mut found: Vec<Found> = Vec::new();
    for hit in automaton.find_iter(text) {
        let Some((_, sort)) = NEEDLES.get(hit.pattern().as_usize()) else { continue };
        let (start, end) = (hit.start(), hit.end());
        let judged = match *sort {
            Sort::Token(what, fits, least) => token(text, start, end, fits, least).map(|place| (place, what)),
            Sort::WebToken => web_token(text, start).map(|place| (place, "a JSON web token")),
            Sort::KeyBlock => key_block(text, start).map(|place| (place, "a private key")),
            Sort::Address => address(text, end).map(|place| (place, "a password in a web address")),
            Sort::Password => value(text, start, end).filter(is_password(text)).map(|place| (place, "a password")),
            Sort::Key(what) => value(text, start, end).filter(is_key(text)).map(|place| (place, what)),
        };
        let Some((place, what)) = judged else { continue };
        if found.last().is_none_or(|last| last.place.end <= place.start) {
            found.push(Found { place, what });
        }
    }
    found
}

/// Bytes that are looked at behind a needle: more than any token has, few enough that no text makes the walk slow.
const MAX: usize = 2_048;

/// The number of bytes from `start` on for which `fits` says yes.
fn run(text: &str, start: usize, fits: impl Fn(u8) -> bool) -> usize {
    text.as_bytes().iter().skip(start).take(MAX).take_while(|byte| fits(**byte)).count()
}

/// Whether the byte before `start` cannot belong to the same word.
fn begins_word(text: &str, start: usize) -> bool {
    start.checked_sub(1).and_then(|at| text.as_bytes().get(at)).is_none_or(|before| !word(*before))
}

/// Whether a value is random enough to be one, and not `xxxxxxxx` or the example of a manual.
fn is_varied(value: &str) -> bool {
    let mut seen = [false; 256];
    value.bytes().for_each(|byte| seen[usize::from(byte)] = true);
    seen.into_iter().filter(|seen| *seen).count() >= 6 && !value.to_ascii_uppercase().contains("EXAMPLE")
}

fn token(text: &str, start: usize, end: usize, fits: fn(u8) -> bool, least: usize) -> Option<Range<usize>> {
    if !begins_word(text, start) {
        return None;
    }
    let length = run(text, end, fits);
    let tail = text.get(end..end + length)?;
    (length >= least && is_varied(tail)).then_some(start..end + length)
}

fn web_token(text: &str, start: usize) -> Option<Range<usize>> {
    if !begins_word(text, start) {
        return None;
    }
    let whole = text.get(start..start + run(text, start, dotted))?;
    let parts: Vec<&str> = whole.split('.').collect();
    let [head, body, signature] = parts.as_slice() else { return None };
    let long = head.len() >= 10 && body.len() >= 10 && signature.len() >= 10 && body.starts_with("eyJ");
    long.then_some(start..start + whole.len())
}

fn key_block(text: &str, start: usize) -> Option<Range<usize>> {
    let line = text.get(start..text.floor_char_boundary(start + 80))?.lines().next()?;
    let end = line.find("PRIVATE KEY").filter(|at| *at <= 40)?;
    let rest = line.get(end..)?;
    let length = rest.find("-----").filter(|at| *at <= 24)? + 5;
    Some(start..start + end + length)
}

/// The password of `https://ann:password@host`, of which `start` is the first byte behind the slashes.
fn address(text: &str, start: usize) -> Option<Range<usize>> {
    let inside = |byte: u8| byte.is_ascii_graphic() && !b"/\"'<>`,".contains(&byte);
    let authority = text.get(start..start + run(text, start, inside))?;
    let (user_info, _) = authority.rsplit_once('@')?;
    let (user, password) = user_info.split_once(':')?;
    let start = start + user.len() + 1;
    let place = start..start + password.len();
    (!user.is_empty() && password.len() >= 4 && !is_stand_in(password)).then_some(place)
}

/// Whether a value only stands for one: `<here>`, `${TOKEN}`, `****`, `vault:x`.
fn is_stand_in(value: &str) -> bool {
    let marked = value.starts_with(['<', '$', '{', '*', '[', '&', '!', '|', '>', '%', '(', '…']);
    let place = ["vault:", "env:", "op:", "ssm:", "arn:", "sha256", "sha512", "file:", "secret:"];
    marked || value.contains("://") || place.iter().any(|start| value.starts_with(start)) || value.contains("...")
}

/// The value behind a word at `start..end`, when the word ends a name: `admin_password: x`, `TOKEN=x`, or
/// `{name: admin_password, value: x}`. A value with blanks in it is a sentence.
fn value(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    // A word that stands inside another, such as `secretary`, ends no name; nor does a prose word before a colon.
    let before = start.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    if before.is_some_and(|before| before.is_ascii_lowercase() && bytes.get(start).is_some_and(u8::is_ascii_lowercase))
    {
        return None;
    }
    let blank = |byte: u8| byte == b' ' || byte == b'\t';
    let quote = |byte: u8| byte == b'"' || byte == b'\'' || byte == b'`';
    let mut at = end + usize::from(bytes.get(end).is_some_and(|byte| quote(*byte)));
    at += run(text, at, blank);
    match bytes.get(at)? {
        b':' if bytes.get(at + 1).is_some_and(|byte| blank(*byte)) => at += 1,
        b'=' => at += 1,
        b',' | b'\n' | b'\r' => {
            at += run(text, at, |byte| byte.is_ascii_whitespace() || byte == b',');
            at += usize::from(bytes.get(at).is_some_and(|byte| quote(*byte)));
            at += text.get(at..)?.strip_prefix("value").map(|_| "value".len())?;
            at += usize::from(bytes.get(at).is_some_and(|byte| quote(*byte)));
            at += text.get(at..)?.strip_prefix(": ").map(|_| 1)?;
        }
        _ => return None,
    }
    at += run(text, at, blank);
    let quoted = bytes.get(at).copied().filter(|byte| quote(*byte));
    at += usize::from(quoted.is_some());
    let length = match quoted {
        Some(mark) => run(text, at, |byte| byte != mark && byte != b'\n'),
        None => run(text, at, |byte| !byte.is_ascii_whitespace() && !b",}]`\"'".contains(&byte)),
    };
    let place = at..at + length;
    let value = text.get(place.clone())?;
    let rest = text.get(place.end..)?.trim_start_matches(['"', '\'', '`', ' ', '\t']);
    // In a sentence more words follow.
    let ends = rest.is_empty() || rest.starts_with(['\n', '\r', ',', '}', ']', '#', '.', ';', ')']);
    (ends && value.len() <= 200 && !value.contains(char::is_whitespace) && !is_stand_in(value)).then_some(place)
}

/// Whether the place holds something that people choose as a password: letters with digits or signs, not only
/// lower-case words and numbers joined by dashes, as ids and days are.
fn is_password(text: &str) -> impl Fn(&Range<usize>) -> bool {
    move |place| {
        let value = text.get(place.clone()).unwrap_or_default();
        let letters = value.bytes().any(|byte| byte.is_ascii_alphabetic());
        let others = value.bytes().any(|byte| !byte.is_ascii_alphabetic() && !b"-_.:/".contains(&byte));
        let id = value.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte))
            && value.contains(['-', '_', '.']);
        value.len() >= 6 && letters && others && !id && !value.contains(['(', '/'])
    }
}

/// Whether the place holds a long word of letters and digits, which no id, day or version is.
fn is_key(text: &str) -> impl Fn(&Range<usize>) -> bool {
    move |place| {
        let value = text.get(place.clone()).unwrap_or_default();
        let random = |part: &str| {
            let digits = part.bytes().filter(u8::is_ascii_digit).count();
            part.len() >= 12 && digits >= 2 && digits < part.len()
        };
        !value.contains(['(', ':']) && is_varied(value) && value.split(['-', '_', '.', '/', '+', '=']).any(random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found, with its words.
    fn told(text: &str) -> Vec<(&str, &'static str)> {
        find(text).into_iter().map(|found| (&text[found.place], found.what)).collect()
    }

    /// Letters and digits that look random, put together here so that no scanner takes this file for a leak.
    fn random(length: usize) -> String {
        "a1B2c3D4e5F6g7H8i9J0".chars().cycle().take(length).collect()
    }

    #[test]
    fn tokens_of_known_issuers_are_found_at_their_full_length_and_not_below() {
        for (needle, sort) in NEEDLES {
            let Sort::Token(what, fits, least) = sort else { continue };
            let tail: String = random(400).chars().filter(|c| fits(*c as u8)).take(*least).collect();
            let whole = format!("{needle}{tail}");
            let text = format!("x: \"{whole}\" y");
            assert_eq!(told(&text), [(whole.as_str(), *what)]);
            let short = format!("x: {} y", &whole[..whole.len() - 1]);
            assert_eq!(told(&short), [], "{needle}");
            assert_eq!(told(&format!("x: a{whole}")), [], "{needle} inside a word");
            assert_eq!(told(&format!("x: {needle}{}", "0".repeat(*least))), [], "{needle} with nothing behind it");
        }
    }

    #[test]
    fn web_tokens_and_private_keys_are_known_by_their_form() {
        let token = format!("eyJ{}.eyJ{}.{}", random(12), random(20), random(30));
        assert_eq!(told(&format!("Bearer {token}.")), []);
        assert_eq!(told(&format!("Bearer {token} .")), [(token.as_str(), "a JSON web token")]);
        assert_eq!(told(&format!("eyJ{}.{}", random(12), random(20))), []);
        for sort in ["", "RSA ", "OPENSSH ", "ENCRYPTED "] {
            let line = format!("-----BEGIN {sort}PRIVATE KEY-----");
            assert_eq!(told(&format!("a: |\n  {line}\n  b\n")), [(line.as_str(), "a private key")]);
        }
        assert_eq!(told("-----BEGIN PUBLIC KEY-----\n-----BEGIN CERTIFICATE-----"), []);
        assert_eq!(told("-----BEGIN PGP PRIVATE KEY BLOCK-----").len(), 1);
    }

    #[test]
    fn passwords_stand_behind_names_that_say_so() {
        for text in [
            "password: Tide7harbour",
            "admin-password: \"Tide7harbour\"",
            "{adminPassword: Tide7harbour}",
            "DB_PASSWORD=Tide7harbour",
            "\"passwd\": 'Tide7harbour',",
            "- {name: root_password, value: Tide7harbour}",
            "- name: root_password\n  value: Tide7harbour\n",
            "The password: Tide7harbour.",
        ] {
            let found = told(text);
            assert!(found.len() == 1 && found[0].0.starts_with("Tide7harbour"), "{text}: {found:?}");
        }
    }

    #[test]
    fn rules_about_passwords_and_stand_ins_are_no_passwords() {
        for text in [
            "password: required",
            "password: at least 14 characters",
            "password: 14",
            "password_length: 14chars",
            "password: <the one in the safe>",
            "password: ${DB_PASSWORD1}",
            "password: *******",
            "password: vault:ci-a#2",
            "password: pol-2026-passwords",
            "password: 2026-11-20",
            "The password is changed every 90 days",
            "password:\n  Tide7harbour",
            "password: 90d",
            "forgotpassword: Tide7harbour",
            "nopassword",
            "password",
            "password:",
            "password: \"",
        ] {
            assert_eq!(told(text), [], "{text}");
        }
    }

    #[test]
    fn secrets_and_tokens_need_a_random_value() {
        let key = random(20);
        for name in ["client_secret", "access-token", "authToken", "API_KEY", "x-api-key", "private_key"] {
            assert_eq!(told(&format!("{name}: {key}")).len(), 1, "{name}");
        }
        for text in [
            "token: proc-change-2026",
            "secretary: a1B2c3D4e5F6g7H8i9J0",
            "token_lifetime: 3600seconds12",
            "secret: professional-secrecy",
            "token: aaaaaaaaaaaaaaaaaa11",
            "Every token: see the vault, shelf 12a34b56c78d90",
            "token: https://vault.example/a1B2c3D4e5F6g7H8i9J0",
            "token: sha256:a1B2c3D4e5F6g7H8i9J0",
        ] {
            assert_eq!(told(text), [], "{text}");
        }
    }

    #[test]
    fn a_web_address_can_hold_a_password() {
        assert_eq!(told("see https://ann:Tide7@ci-a.invalid/x"), [("Tide7", "a password in a web address")]);
        for text in [
            "https://ci-a.invalid:8443/x@y",
            "ssh://git@ci-a.invalid/x",
            "https://ann:<password>@ci-a.invalid",
            "https://ann:${PW}@ci-a.invalid",
            "https://ci-a.invalid/?a=b:c@d",
        ] {
            assert_eq!(told(text), [], "{text}");
        }
    }

    #[test]
    fn a_text_of_needles_is_walked_once() {
        for (needle, count) in [("password: \"", 100_000), ("eyJ", 300_000), ("-----BEGIN ", 100_000), ("://", 300_000)]
        {
            assert!(find(&needle.repeat(count)).len() <= count, "{needle}");
        }
    }
}
