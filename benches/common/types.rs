//! Layers and types of configuration items.

use super::plan::Plan;
use super::record::{Draft, Head, Record};

/// One type of configuration item.
pub(crate) struct TypeRow {
    /// The id of the type.
    pub(crate) id: &'static str,
    /// Its title.
    pub(crate) title: &'static str,
    /// Whether a supplier runs items of this type.
    pub(crate) other_party: bool,
}

/// One layer of items.
pub(crate) struct LayerRow {
    /// Its name, as in the records of the types.
    pub(crate) name: &'static str,
    /// How many of a hundred items belong to it.
    pub(crate) share: usize,
    /// Relation by which an item higher up needs one of this layer.
    pub(crate) needed_by: &'static str,
    /// Relation by which an item higher up uses one of this layer.
    pub(crate) used_by: &'static str,
    /// The types of its items.
    pub(crate) types: &'static [TypeRow],
}

/// Shorthand for a type that the organisation runs itself.
const fn own(id: &'static str, title: &'static str) -> TypeRow {
    TypeRow { id, title, other_party: false }
}

/// Shorthand for a type that a supplier runs.
const fn rented(id: &'static str, title: &'static str) -> TypeRow {
    TypeRow { id, title, other_party: true }
}

/// Shorthand for a layer.
const fn layer(
    name: &'static str,
    share: usize,
    needed_by: &'static str,
    used_by: &'static str,
    types: &'static [TypeRow],
) -> LayerRow {
    LayerRow { name, share, needed_by, used_by, types }
}

/// The layers from top to bottom; an item only ever needs items of lower layers.
pub(crate) const LAYERS: [LayerRow; 10] = [
    layer("applications", 16, "depends_on", "depends_on", &[own("application", "Application")]),
    layer(
        "workplace",
        5,
        "depends_on",
        "depends_on",
        &[rented("saas-application", "Rented application"), own("management-tool", "Management tool")],
    ),
    layer(
        "middleware",
        12,
        "depends_on",
        "depends_on",
        &[own("message-queue", "Message queue"), own("cache", "Cache"), own("load-balancer", "Load balancer")],
    ),
    layer(
        "data",
        10,
        "depends_on",
        "depends_on",
        &[
            own("postgres-cluster", "Database cluster"),
            own("object-storage", "Object storage"),
            own("storage-array", "Storage array"),
            own("backup-server", "Backup server"),
        ],
    ),
    layer("observability", 3, "depends_on", "monitored_by", &[own("monitoring-tool", "Monitoring tool")]),
    layer(
        "security",
        4,
        "depends_on",
        "protected_by",
        &[
            own("hsm", "Key module"),
            own("certificate-authority", "Certificate authority"),
            own("security-monitor", "Security monitor"),
        ],
    ),
    layer(
        "platform",
        30,
        "runs_on",
        "runs_on",
        &[
            own("kubernetes-cluster", "Container cluster"),
            own("cluster-node", "Cluster node"),
            own("virtual-host", "Host"),
        ],
    ),
    layer(
        "cloud",
        4,
        "depends_on",
        "depends_on",
        &[rented("cloud-tenant", "Cloud tenant"), rented("cloud-service", "Cloud service")],
    ),
    layer(
        "network",
        14,
        "depends_on",
        "depends_on",
        &[
            own("firewall", "Firewall"),
            own("switch", "Switch"),
            own("router", "Router"),
            rented("wan-line", "Carrier line"),
            own("dns-server", "Name server"),
            own("vpn-gateway", "VPN gateway"),
        ],
    ),
    layer(
        "facilities",
        2,
        "located_in",
        "located_in",
        &[own("power-supply", "Power supply"), rented("server-room", "Server room"), own("site", "Site")],
    ),
];

/// Number of types over all layers.
pub(crate) fn type_count(_plan: &Plan) -> usize {
    LAYERS.iter().map(|layer| layer.types.len()).sum()
}

/// The type of that number.
pub(crate) fn item_type(_plan: &Plan, index: usize) -> Record {
    let mut rows = LAYERS.iter().flat_map(|layer| layer.types.iter().map(move |row| (layer, row)));
    let Some((layer, row)) = rows.nth(index) else { unreachable!("the number lies below type_count") };
    let mut draft = Draft::new(&Head {
        kind: "ci_type",
        id: row.id,
        title: row.title,
        status: "active",
        owner: "role-configuration-manager",
    });
    draft
        .field("layer", layer.name)
        .open("attributes")
        .item("{ name: version, type: text, description: Version in use. }")
        .field("allowed_relations", "[depends_on, runs_on, located_in, supplied_by, monitored_by, protected_by]")
        .field("control_level", "normal")
        .field("verify_interval", "365d")
        .field("operated_by", if row.other_party { "other_party" } else { "own" });
    draft.done()
}
