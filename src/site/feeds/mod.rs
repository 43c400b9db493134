//! What other programs take from a site: feeds, an interface of JSON files with a version, badges.

pub(super) mod api;
pub(super) mod atom;
pub(super) mod badges;

use super::pages::Site;

/// The whole address of a file of the site, when the settings say where it is published; else from `folder` up.
fn whole(site: &Site<'_>, path: &str) -> String {
    let url = site.sms.snapshot.settings.site.url.trim().trim_end_matches('/');
    if url.is_empty() { format!("../{path}") } else { format!("{url}/{path}") }
}

/// A name for something that stays the same wherever and whenever the site is made.
fn urn(site: &Site<'_>, what: &str) -> String {
    let hash = super::hash(format!("{}\n{what}", site.shell.stamp.site).as_bytes());
    let part = |from: usize, to: usize| hash.get(from..to).unwrap_or_default();
    format!("urn:uuid:{}-{}-8{}-a{}-{}", part(0, 8), part(8, 12), part(12, 15), part(15, 18), part(18, 30))
}
