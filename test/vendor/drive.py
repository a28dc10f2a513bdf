"""Drives the vendor's Python SDK, unmodified, through every call of an environment. Prints one JSON object: what each step saw.

Usage: SCALEKIT_ENVIRONMENT_URL=… SCALEKIT_CLIENT_ID=… SCALEKIT_CLIENT_SECRET=… <interpreter that has scalekit-sdk-python> drive.py [denied]
"""

import json
import os
import sys

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct
from scalekit import ScalekitClient
from scalekit.actions.models.custom_provider import AuthPattern
from scalekit.actions.models.requests.create_custom_provider_request import CreateCustomProviderRequest
from scalekit.actions.models.requests.delete_custom_provider_request import DeleteCustomProviderRequest
from scalekit.actions.models.requests.list_providers_request import ListProvidersRequest
from scalekit.actions.models.requests.update_custom_provider_request import UpdateCustomProviderRequest
from scalekit.common.exceptions import ScalekitServerException
from scalekit.v1.connected_accounts import connected_accounts_pb2 as accounts_pb
from scalekit.v1.connections import connections_pb2 as pb

client = ScalekitClient(
    os.environ["SCALEKIT_ENVIRONMENT_URL"],
    os.environ["SCALEKIT_CLIENT_ID"],
    os.environ["SCALEKIT_CLIENT_SECRET"],
)
core = client.core_client
connections = client.connection
stub = connections.connection_service
accounts = client.connected_accounts
providers = client.actions.providers
steps = {}


def plain(message):
    return MessageToDict(message, preserving_proto_field_name=True)


def step(name, call):
    """Notes what a call answered, or how it was refused."""
    try:
        steps[name] = call()
    except ScalekitServerException as error:
        steps[name] = {
            "refused": type(error).__name__,
            "error_code": error.error_code,
            "details": str(error),
        }
    return steps[name]


def raw(method, request):
    """A call that the SDK has no method of, through its own channel, retries and errors."""
    return plain(core.grpc_exec(method.with_call, request)[0])


def update(connection_id, settings):
    message = ParseDict(settings, pb.UpdateConnection())
    return plain(connections.update_environment_connection(connection_id, message)[0])


def everything():
    context = Struct()
    context.update({"domain": "eu.example.com"})
    created = step(
        "create",
        lambda: plain(
            connections.create_environment_connection(
                pb.CreateConnection(
                    provider_key="GMAIL",
                    type=pb.ConnectionType.OAUTH,
                    key_id="mail",
                    auth_mode=pb.ConnectionAuthMode.ORG_WIDE,
                ),
                pb.Flags(is_app=True),
            )[0]
        ),
    )
    connection_id = created["connection"]["id"]
    identity = {"key_id": "mail", "provider_key": "GMAIL", "type": "OAUTH"}
    step(
        "update",
        lambda: update(
            connection_id,
            {
                **identity,
                "oauth_config": {
                    "client_id": "1234",
                    "client_secret": "a-secret-of-some-length",
                    "use_platform_creds": False,
                    "scopes": ["read", "send"],
                    "optional_scopes": {"scopes": ["more"], "field_name": "user_scope"},
                    "token_endpoint_auth_method": "client_secret_basic",
                    "googleads_developer_token": "a-token-of-some-length",
                    "scope_selection_allowed": True,
                    "required_scopes": ["read"],
                    "required_optional_scopes": ["more"],
                    "extensions": {
                        "smart": {"aud": "https://fhir.example"},
                        "extra_authorize_params": {"hd": "example.com"},
                    },
                },
            },
        ),
    )
    step(
        "update_without_switch",
        lambda: update(connection_id, {**identity, "oauth_config": {"scopes": ["read"], "required_scopes": []}}),
    )
    step(
        "update_beyond_scopes",
        lambda: update(
            connection_id,
            {
                **identity,
                "oauth_config": {
                    "scopes": ["read"],
                    "scope_selection_allowed": True,
                    "required_scopes": ["other"],
                },
            },
        ),
    )
    step(
        "update_reserved",
        lambda: update(
            connection_id,
            {**identity, "oauth_config": {"extensions": {"extra_authorize_params": {"aud": "x"}}}},
        ),
    )
    step("get", lambda: plain(connections.get_environment_connection(connection_id)[0]))
    step(
        "create_resolved",
        lambda: plain(
            connections.create_environment_connection(
                pb.CreateConnection(
                    provider_key="ACTIVEPIECESMCP",
                    type=pb.ConnectionType.OAUTH,
                    key_id="pieces",
                    context=context,
                ),
                pb.Flags(is_app=True),
            )[0]
        ),
    )
    dwd = step(
        "create_dwd",
        lambda: plain(
            connections.create_environment_connection(
                pb.CreateConnection(provider_key="GOOGLEDWD", type=pb.ConnectionType.GOOGLE_DWD, key_id="dwd"),
                pb.Flags(is_app=True),
            )[0]
        ),
    )
    step(
        "update_dwd",
        lambda: update(
            dwd["connection"]["id"],
            {
                "key_id": "dwd",
                "provider_key": "GOOGLEDWD",
                "type": "GOOGLE_DWD",
                "google_dwd_config": {
                    "service_account_json": "{}-of-some-length",
                    "scopes": ["a", "b"],
                    "scope_selection_allowed": True,
                    "required_scopes": ["b"],
                },
            },
        ),
    )
    step("taken", lambda: plain(connections.create_environment_connection(
        pb.CreateConnection(provider_key="GMAIL", type=pb.ConnectionType.OAUTH, key_id="mail"))[0]))
    step("list", lambda: plain(connections.list_app_connections(page_size=2)[0]))
    step("list_next", lambda: plain(connections.list_app_connections(
        page_size=2, page_token=steps["list"].get("next_page_token"))[0]))
    step("list_all", lambda: raw(stub.ListConnections, pb.ListConnectionsRequest(include="all")))
    step("disable", lambda: raw(stub.DisableEnvironmentConnection, pb.ToggleEnvironmentConnectionRequest(connection_id=connection_id)))
    step("enable", lambda: raw(stub.EnableEnvironmentConnection, pb.ToggleEnvironmentConnectionRequest(connection_id=connection_id)))
    step("test_result", lambda: raw(stub.GetConnectionTestResult, pb.GetConnectionTestResultRequest(
        connection_id=connection_id, test_request_id="test_1")))
    step("context", lambda: raw(stub.GetConnectionContext, pb.GetConnectionContextRequest(connection_id=connection_id)))
    step("of_organization", lambda: plain(connections.get_connection("org_1", connection_id)[0]))

    made = step("create_provider", lambda: providers.create_custom_provider(
        CreateCustomProviderRequest(
            display_name="Acme Tickets",
            description="Tickets",
            proxy_url="https://api.acme.example",
            proxy_enabled=True,
            auth_patterns=[AuthPattern(type="BEARER", display_name="Token", description="", fields=[])],
            metadata={"team": "support"},
        )).model_dump())
    identifier = made["provider"]["identifier"]
    step("update_provider", lambda: providers.update_custom_provider(
        UpdateCustomProviderRequest(
            identifier=identifier,
            display_name="Acme Tickets",
            proxy_url="https://api2.acme.example",
            auth_patterns=[AuthPattern(type="BEARER", display_name="Token", description="", fields=[])],
        )).model_dump())
    step("list_providers", lambda: providers.list_providers(
        ListProvidersRequest(provider_type=1)).model_dump())
    step("delete_provider", lambda: providers.delete_custom_provider(
        DeleteCustomProviderRequest(identifier=identifier)).model_dump())

    step("list_accounts", lambda: plain(accounts.list_connected_accounts(connection_names=["mail"])[0]))
    service = accounts.connected_accounts_service
    step("list_org_wide", lambda: raw(service.ListConnectedAccounts, accounts_pb.ListConnectedAccountsRequest(
        connection_names=["mail"], is_org_wide_credential=True)))
    step("search_accounts", lambda: raw(service.SearchConnectedAccounts, accounts_pb.SearchConnectedAccountsRequest(query="nobody")))
    step("account", lambda: plain(accounts.get_connected_account_details_by_identifier(
        connector="mail", identifier="nobody@example.com")[0]))
    step("delete", lambda: raw(stub.DeleteEnvironmentConnection, pb.DeleteEnvironmentConnectionRequest(connection_id=connection_id)))
    step("gone", lambda: plain(connections.get_environment_connection(connection_id)[0]))


def denied():
    """What a client without permissions hears."""
    step("list", lambda: plain(connections.list_app_connections()[0]))
    step("get", lambda: plain(connections.get_environment_connection("conn_1")[0]))


denied() if "denied" in sys.argv[1:] else everything()
json.dump(steps, sys.stdout, indent=1)
print()
