metadata description = 'The storage account: state tables, queues, the Functions host and its deployment package. Identities only, no keys.'

@description('Region of the resources.')
param location string

@description('Name of the storage account.')
@minLength(3)
@maxLength(24)
param accountName string

@description('Redundancy of the storage account. The tables are the record of who owns what.')
param skuName ('Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS')

@description('Name of the identity the Function App runs as.')
param appIdentityName string

@description('Object id of the user or group that uploads the guest files; empty for nobody.')
param operatorObjectId string

var tableNames = ['Boxes', 'Instances', 'Volumes', 'Events']
var queueNames = ['prewarm', 'prewarm-poison', 'tag-updates', 'tag-updates-poison']

// Built-in roles. The Functions host and Durable Functions ask for these three on AzureWebJobsStorage; Blob Data Owner is what the
// Functions documentation names for the host, not Blob Data Contributor.
var roleIds = {
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}
var storageBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource appIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentityName
}

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: accountName
  location: location
  kind: 'StorageV2'
  sku: {
    name: skuName
  }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource blobService 'blobServices' = {
    name: 'default'

    resource deployments 'containers' = {
      name: 'deployments'
    }

    resource guestFiles 'containers' = {
      name: 'guest'
    }
  }

  resource queueService 'queueServices' = {
    name: 'default'

    resource queues 'queues' = [
      for name in queueNames: {
        name: name
      }
    ]
  }

  resource tableService 'tableServices' = {
    name: 'default'

    resource tables 'tables' = [
      for name in tableNames: {
        name: name
      }
    ]
  }
}

resource dataRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in items(roleIds): {
    name: guid(account.id, appIdentity.id, role.value)
    scope: account
    properties: {
      principalId: appIdentity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
    }
  }
]

// At the account, not the container: a user delegation key for a short-lived download URL belongs to the account.
resource operatorUploadsGuestFiles 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operatorObjectId)) {
  name: guid(account.id, operatorObjectId, storageBlobDataContributor)
  scope: account
  properties: {
    principalId: operatorObjectId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataContributor)
  }
}

@description('Name of the storage account.')
output accountName string = account.name

@description('URL of the container that holds the app\'s deployment package.')
output deploymentContainerUrl string = '${account.properties.primaryEndpoints.blob}${account::blobService::deployments.name}'
