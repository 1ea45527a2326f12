//! Invitations to a tenant. Only the hashes of their links' tokens are stored.

use crate::model::{Email, Role, TenantId, Timestamp};
use crate::store::activity::tell;
use crate::store::columns::{read_id, read_role};
use crate::store::memberships::{admit, role_of};
use crate::store::schema::{invitations, operators, tenants};
use crate::store::{Db, Invited, NewActivity, Operator, StoreResult, change, read};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// An invitation to store.
#[derive(Debug, Clone, Copy)]
pub struct NewInvitation<'a> {
    pub token_hash: &'a str,
    pub email: &'a Email,
    pub role: Role,
    pub now: Timestamp,
    pub expires_at: Timestamp,
}

/// An invitation that has been neither accepted nor replaced, and has not expired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub tenant_id: TenantId,
    pub tenant_name: String,
    /// In lower case.
    pub email: String,
    pub role: Role,
    /// The operator who has this email already, and their password hash, if they have one.
    pub known: Option<(Operator, Option<String>)>,
}

/// An invitation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationLine {
    /// In lower case.
    pub email: String,
    pub tenant_id: TenantId,
    pub role: Role,
    pub expires_at: Timestamp,
}

type Row = (String, String, Option<String>, Option<String>, Option<String>, String, String);

impl Db {
    /// Stores an invitation, replacing one to the same email, and deletes those that have expired.
    ///
    /// # Errors
    /// A foreign key violation when there is no such tenant.
    pub async fn invite(
        &self,
        tenant_id: &TenantId,
        invitation: &NewInvitation<'_>,
        entry: &NewActivity,
    ) -> StoreResult<()> {
        let NewInvitation { token_hash, email, role, now, expires_at } = *invitation;
        change!(self, tenant_id, conn => {
            diesel::delete(invitations::table)
                .filter(invitations::expires_at.le(now.naive_utc()))
                .execute(&mut *conn)
                .await?;
            diesel::delete(invitations::table)
                .filter(invitations::tenant_id.eq(tenant_id.as_str()))
                .filter(invitations::email.eq(email.as_str()))
                .execute(&mut *conn)
                .await?;
            diesel::insert_into(invitations::table)
                .values((
                    invitations::token_hash.eq(token_hash),
                    invitations::tenant_id.eq(tenant_id.as_str()),
                    invitations::email.eq(email.as_str()),
                    invitations::role.eq(role.as_str()),
                    invitations::created_at.eq(now.naive_utc()),
                    invitations::expires_at.eq(expires_at.naive_utc()),
                ))
                .execute(&mut *conn)
                .await?;
            tell!(conn, tenant_id, now, [entry]);
            Ok(())
        })
    }

    /// The invitation with this token, if it can still be accepted.
    pub async fn invitation(
        &self,
        token_hash: &str,
        now: Timestamp,
    ) -> StoreResult<Option<Invitation>> {
        let row: Option<Row> = read!(self, conn => {
            invitations::table
                .inner_join(tenants::table)
                .left_join(operators::table.on(operators::email.eq(invitations::email)))
                .filter(invitations::token_hash.eq(token_hash))
                .filter(invitations::expires_at.gt(now.naive_utc()))
                .select((
                    tenants::id,
                    tenants::name,
                    operators::id.nullable(),
                    operators::name.nullable(),
                    operators::password_hash.nullable(),
                    invitations::email,
                    invitations::role,
                ))
                .first(conn)
                .await
                .optional()
        })?;
        row.map(|(tenant_id, tenant_name, id, name, hash, email, role)| {
            let known = match (id, name) {
                (Some(id), Some(name)) => {
                    let id = read_id("operators.id", &id)?;
                    Some((Operator { id, email: email.clone(), name }, hash))
                }
                _ => None,
            };
            let tenant_id = read_id("tenants.id", &tenant_id)?;
            let role = read_role(&role)?;
            Ok(Invitation { tenant_id, tenant_name, email, role, known })
        })
        .transpose()
    }

    /// Uses an invitation up: adds the person to the tenant; a higher role that they have already
    /// stays. `false` when it has been used already or has expired.
    ///
    /// # Errors
    /// A unique violation when a new operator's email has been taken by now.
    pub async fn accept_invitation(
        &self,
        tenant_id: &TenantId,
        token_hash: &str,
        invited: Invited<'_>,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<bool> {
        change!(self, tenant_id, conn => {
            let role: Option<String> = diesel::delete(invitations::table)
                .filter(invitations::token_hash.eq(token_hash))
                .filter(invitations::tenant_id.eq(tenant_id.as_str()))
                .filter(invitations::expires_at.gt(now.naive_utc()))
                .returning(invitations::role)
                .get_result(&mut *conn)
                .await
                .optional()?;
            let Some(role) = role else { return Ok(false) };
            let present = role_of!(conn, tenant_id, invited);
            let role = read_role(&role)?.max(present.unwrap_or(Role::Member));
            admit!(conn, tenant_id, invited, present, role, entry, now);
            Ok(true)
        })
    }

    /// Open invitations to this tenant, or to all, by email and tenant.
    pub async fn invitations(
        &self,
        tenant_id: Option<&TenantId>,
        now: Timestamp,
    ) -> StoreResult<Vec<InvitationLine>> {
        let rows: Vec<(String, String, String, NaiveDateTime)> = read!(self, conn => {
            let mut open = invitations::table
                .filter(invitations::expires_at.gt(now.naive_utc()))
                .order((invitations::email, invitations::tenant_id))
                .select((
                    invitations::email,
                    invitations::tenant_id,
                    invitations::role,
                    invitations::expires_at,
                ))
                .into_boxed();
            if let Some(tenant_id) = tenant_id {
                open = open.filter(invitations::tenant_id.eq(tenant_id.as_str()));
            }
            open.load(conn).await
        })?;
        rows.into_iter()
            .map(|(email, tenant_id, role, expires_at)| {
                Ok(InvitationLine {
                    email,
                    tenant_id: read_id("tenants.id", &tenant_id)?,
                    role: read_role(&role)?,
                    expires_at: expires_at.and_utc(),
                })
            })
            .collect()
    }
}
