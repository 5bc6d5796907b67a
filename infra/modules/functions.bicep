metadata description = 'The Function App on a Flex Consumption plan.'

@description('Region of the resources.')
param location string

@description('Prefix of the resource names.')
param namePrefix string

@description('Name of the Function App; becomes part of its host name.')
param appName string

@description('Name of the identity the Function App runs as.')
param appIdentityName string

@description('Subnet that the app is integrated with.')
param subnetId string

@description('Name of the storage account for the host, the queues and the state tables.')
param storageAccountName string

@description('URL of the container that holds the deployment package.')
param deploymentContainerUrl string

@description('Connection string of Application Insights.')
param applicationInsightsConnectionString string

@description('Key Vault reference to the private key of the instances.')
param instancePrivateKeyReference string

@description('User that the app signs in to the instances as.')
param instanceUserName string

@description('Memory of a box in MiB.')
param guestMemoryMiB int

@description('Memory of one app instance in MB.')
param instanceMemoryMB (512 | 2048 | 4096)

@description('Most app instances a scale group grows to.')
param maximumInstanceCount int

@description('App instances kept running for HTTP, and as many for Durable Functions.')
param alwaysReadyInstances int

@secure()
@description('Settings of the pool, by their names below Shellbox__Pool__.')
param poolSettings { *: string }

resource appIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentityName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: '${namePrefix}-plan'
  location: location
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: appName
  location: location
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${appIdentity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: subnetId
    keyVaultReferenceIdentity: appIdentity.id
    siteConfig: {
      minTlsVersion: '1.2'
    }
    functionAppConfig: {
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: appIdentity.id
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        // A connect passes through both groups: the HTTP trigger, then the orchestrator and its activities.
        alwaysReady: map(alwaysReadyInstances == 0 ? [] : ['http', 'durable'], group => {
          name: group
          instanceCount: alwaysReadyInstances
        })
      }
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: union(
      {
        AzureWebJobsStorage__accountName: storageAccountName
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: appIdentity.properties.clientId
        APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${appIdentity.properties.clientId};Authorization=AAD'
        AZURE_CLIENT_ID: appIdentity.properties.clientId
        Shellbox__Azure__SubscriptionId: subscription().subscriptionId
        Shellbox__Azure__ResourceGroup: resourceGroup().name
        Shellbox__Reconcile__Schedule: '0 */5 * * * *'
        Shellbox__Maintenance__Schedule: '0 30 3 * * *'
        Shellbox__Instance__UserName: instanceUserName
        Shellbox__Instance__SshPort: '22'
        Shellbox__Instance__GuestMemoryMiB: string(guestMemoryMiB)
        Shellbox__Instance__Command: 'sudo -n /usr/local/bin/shellbox-instance'
        Shellbox__Instance__PrivateKey: instancePrivateKeyReference
      },
      toObject(items(poolSettings), item => 'Shellbox__Pool__${item.key}', item => item.value)
    )
  }
}

@description('Name of the Function App.')
output appName string = app.name

@description('Host name of the app; the API is below https://HOST/api.')
output hostName string = app.properties.defaultHostName
