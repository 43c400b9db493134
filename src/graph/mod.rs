//! placeholder
pub struct Graph;
impl std::fmt::Debug for Graph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Graph")
    }
}
impl Graph {
    pub fn build(_: &crate::model::Sms<'_>) -> Self {
        Self
    }
}
