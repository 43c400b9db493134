//! Keys for tests, made from a number.

use ssh_key::private::{Ed25519Keypair, KeypairData, PrivateKey};

use super::Signer;

fn private(number: u8) -> PrivateKey {
    let pair = Ed25519Keypair::from_seed(&[number; 32]);
    PrivateKey::new(KeypairData::Ed25519(pair), "test").unwrap()
}

/// A private key.
pub(crate) fn signer(number: u8) -> Signer {
    Signer::parse(&private(number).to_openssh(ssh_key::LineEnding::LF).unwrap()).unwrap()
}

/// Its public half, as records hold it.
pub(crate) fn public(number: u8) -> String {
    private(number).public_key().to_openssh().unwrap()
}
