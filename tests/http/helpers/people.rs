//! People added straight to the database.

use super::PASSWORD;
use portal::model::{OperatorId, Role, TenantId};
use portal::store::{Db, Operator};
use tokio::sync::OnceCell;

/// Adds a person with this role in a tenant, which is created if it doesn't exist. Their password is
/// [`PASSWORD`].
pub async fn add_person(db: &Db, email: &str, tenant: &str, role: Role) {
    // Hashing is slow by design, and everybody has the same password.
    static HASH: OnceCell<String> = OnceCell::const_new();
    let hash = HASH.get_or_init(|| async {
        portal::auth::hash_password(PASSWORD.to_owned()).await.expect("a hash")
    });
    let (hash, now) = (hash.await, chrono::Utc::now());
    let tenant_id: TenantId = tenant.parse().expect("a tenant id");
    let id: OperatorId = format!("op_{}", uuid::Uuid::new_v4().simple()).parse().expect("an id");
    let operator = Operator { id, email: email.to_owned(), name: email.to_owned() };
    let _ = db.create_tenant(&tenant_id, tenant, now).await;
    db.create_operator(&operator, hash, now).await.expect("a new operator");
    db.put_membership(&tenant_id, &operator.id, role).await.expect("a membership");
}
