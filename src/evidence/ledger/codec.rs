//! The bytes of an entry: a bare statement, or one in a signed envelope.

use base64ct::{Base64, Encoding as _};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::entry::Entry;
use crate::evidence::sign::{KeyError, Keyring, Signed, Signer, verify_plain};

/// The type of what an envelope holds.
const PAYLOAD: &str = "application/vnd.in-toto+json";

/// What is signed: the type and the payload with their lengths, so that neither can be taken for a part of the other.
fn signed_bytes(payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {PAYLOAD} {} ", PAYLOAD.len(), payload.len()).into_bytes();
    bytes.extend(payload);
    bytes
}

/// The bytes of an entry, signed when there is a key.
pub(super) fn encode(entry: &Entry, key: Option<&Signer>) -> Result<String, KeyError> {
    let statement = entry.statement();
    let Some(key) = key else { return Ok(statement) };
    let signature = key.plain(&signed_bytes(statement.as_bytes()))?;
    let envelope = json!({
        "payload": Base64::encode_string(statement.as_bytes()),
        "payloadType": PAYLOAD,
        "signatures": [{"keyid": key.fingerprint(), "sig": Base64::encode_string(&signature)}],
    });
    Ok(format!("{envelope:#}\n"))
}

/// Reads an entry, and what its signature shows at the instant that the entry names.
pub(super) fn decode(text: &str, ring: &Keyring) -> Result<(Entry, Signed), String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
    if value.get("payload").is_none() {
        return Ok((Entry::parse(text)?, Signed::None));
    }
    if format!("{value:#}\n") != text || value["payloadType"] != PAYLOAD {
        return Err("its envelope is not written as gitsm writes it".to_owned());
    }
    let bytes = |value: &Value| value.as_str().and_then(|text| Base64::decode_vec(text).ok());
    let payload = bytes(&value["payload"]).ok_or("the payload of its envelope is not base64")?;
    let statement = std::str::from_utf8(&payload).map_err(|_| "the payload of its envelope is not text")?;
    let entry = Entry::parse(statement)?;
    let signature = match value["signatures"].as_array().map(Vec::as_slice) {
        Some([one]) => match (bytes(&one["sig"]), one["keyid"].as_str()) {
            (Some(plain), Some(key)) => verify(&payload, &plain, key, ring, entry.at),
            _ => Signed::Bad { why: "its envelope has no signature that can be read".to_owned() },
        },
        _ => Signed::Bad { why: "its envelope has not exactly one signature".to_owned() },
    };
    Ok((entry, signature))
}

fn verify(payload: &[u8], plain: &[u8], key: &str, ring: &Keyring, at: Timestamp) -> Signed {
    verify_plain(&signed_bytes(payload), plain, key, ring, at)
}

#[cfg(test)]
mod tests {
    use super::super::entry::tests::decision;
    use super::*;
    use crate::evidence::sign::fixture::{public, signer};

    #[test]
    fn an_envelope_is_read_back_with_its_signature() {
        let entry = decision(1, None);
        let text = encode(&entry, Some(&signer(1))).unwrap();
        let ring = Keyring::always("recorder", &[public(1)]);
        let (read, signed) = decode(&text, &ring).unwrap();
        assert_eq!((read, signed.by()), (entry.clone(), Some("recorder")));
        let (_, signed) = decode(&text, &Keyring::always("recorder", &[public(2)])).unwrap();
        assert!(matches!(signed, Signed::UnknownKey { .. }));
        assert_eq!(text, encode(&entry, Some(&signer(1))).unwrap(), "the same bytes");
        let (_, signed) = decode(&encode(&entry, None).unwrap(), &ring).unwrap();
        assert_eq!(signed, Signed::None);
    }

    #[test]
    fn what_is_signed_is_what_the_format_says() {
        assert_eq!(signed_bytes(b"{}"), b"DSSEv1 28 application/vnd.in-toto+json 2 {}");
    }

    #[test]
    fn any_changed_byte_of_an_envelope_takes_its_signature_away() {
        let text = encode(&decision(1, None), Some(&signer(1))).unwrap();
        let ring = Keyring::always("recorder", &[public(1)]);
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] ^= 1;
            let Ok(changed) = String::from_utf8(changed) else { continue };
            let good = decode(&changed, &ring).is_ok_and(|(_, signed)| signed.by().is_some());
            assert!(!good, "byte {at}");
        }
    }

    /// What is read from an envelope after `change`: why it is none, or what its signature shows.
    fn told(change: impl FnOnce(&mut Value)) -> String {
        let mut value: Value = serde_json::from_str(&encode(&decision(1, None), Some(&signer(1))).unwrap()).unwrap();
        change(&mut value);
        read(&format!("{value:#}\n"), &Keyring::always("recorder", &[public(1)]))
    }

    fn read(text: &str, ring: &Keyring) -> String {
        decode(text, ring).map_or_else(|why| why, |(_, signed)| signed.words())
    }

    #[test]
    fn what_is_no_envelope_of_a_statement_is_refused_with_its_reason() {
        let base64 = |bytes: &[u8]| Value::from(Base64::encode_string(bytes));
        let payload = |value: Value| told(|it| it["payload"] = value);
        for (told, why) in [
            (told(|it| it["payloadType"] = json!("text/plain")), "its envelope is not written as gitsm writes it"),
            (payload(json!(5)), "the payload of its envelope is not base64"),
            (payload(json!("*")), "the payload of its envelope is not base64"),
            (payload(Value::Null), "the payload of its envelope is not base64"),
            (payload(base64(&[0xff])), "the payload of its envelope is not text"),
            (payload(base64(b"{}")), "its predicateType is missing or no text"),
            (
                payload(base64(decision(1, None).statement().trim_end().as_bytes())),
                "it is not written as gitsm writes it",
            ),
        ] {
            assert_eq!(told, why);
        }
        let text = encode(&decision(1, None), Some(&signer(1))).unwrap();
        let ring = Keyring::default();
        assert_eq!(read(&format!("{text} "), &ring), "its envelope is not written as gitsm writes it");
        assert!(read("{", &ring).starts_with("it is not JSON: "));
    }

    #[test]
    fn an_envelope_has_exactly_one_signature_of_the_framed_payload() {
        let bad = |words: &str| format!("is bad: {words}");
        let one = bad("its envelope has not exactly one signature");
        assert_eq!(told(|it| it["signatures"] = json!([])), one);
        assert_eq!(told(|it| it["signatures"] = Value::Null), one);
        assert_eq!(
            told(|it| {
                let first = it["signatures"][0].clone();
                it["signatures"].as_array_mut().unwrap().push(first);
            }),
            one
        );
        let unread = bad("its envelope has no signature that can be read");
        assert_eq!(told(|it| it["signatures"][0]["sig"] = json!(7)), unread);
        assert_eq!(told(|it| it["signatures"][0]["keyid"] = Value::Null), unread);
        let other = signer(2).fingerprint();
        let expected = format!("is by {other}, which no person has");
        assert_eq!(told(|it| it["signatures"][0]["keyid"] = json!(other)), expected);
        let bare = signer(1).plain(decision(1, None).statement().as_bytes()).unwrap();
        let told = told(|it| it["signatures"][0]["sig"] = json!(Base64::encode_string(&bare)));
        assert_eq!(told, bad("the text is not the one that was signed"), "without the frame it is another text");
    }

    #[test]
    fn the_key_of_a_recorder_counts_as_of_the_instant_of_the_entry() {
        let text = encode(&decision(1, None), Some(&signer(1))).unwrap();
        for (bound, shown) in [
            ("until: 2026-09-21", "is good, by ann with KEY"),
            ("until: 2026-09-20", "is by ann with KEY, which was expired"),
            ("from: 2026-09-21", "is good, by ann with KEY"),
            ("from: 2026-09-22", "is by ann with KEY, which was not yet valid"),
            ("revoked: '2026-09-21T14:13:20Z'", "is by ann with KEY, which was revoked"),
            ("revoked: '2026-09-21T14:13:21Z'", "is good, by ann with KEY"),
        ] {
            let record = format!("kind: person\nid: ann\nsigning_keys:\n  - {{key: {}, {bound}}}\n", public(1));
            let words = crate::model::fixture::with(&[("sms/person/ann.yaml", &record)], |sms| {
                read(&text, &Keyring::of_people(sms))
            });
            assert_eq!(words, shown.replace("KEY", &signer(1).fingerprint()), "{bound}");
        }
    }
}
