metadata description = 'Shellbox in one resource group: the Functions app, its state, the network and the first instances of the pool.'

@description('Region of the resources.')
param location string = resourceGroup().location

@description('Prefix of the resource names: lower-case letters and digits.')
@minLength(2)
@maxLength(8)
param namePrefix string = 'shellbox'

@description('Address space of the virtual network, a /16.')
param addressPrefix string = '10.60.0.0/16'

@description('Redundancy of the storage account, which holds the record of who owns what.')
param storageSkuName ('Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS') = 'Standard_ZRS'

@description('How many days logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Object id of the user or group that sets the private key of the instances and uploads the guest files; empty for nobody.')
param operatorObjectId string = ''

@description('Memory of one app instance in MB.')
param appInstanceMemoryMB (512 | 2048 | 4096) = 2048

@description('Most app instances a scale group grows to.')
@minValue(1)
@maxValue(1000)
param appMaximumInstanceCount int = 40

@description('App instances kept running for HTTP and as many for Durable Functions. With 0, a connect after a pause meets a cold start.')
@minValue(0)
@maxValue(20)
param appAlwaysReadyInstances int = 1

@description('How many instances a deployment makes, named vm-0001 and up. Those that exist are left as they are; a smaller number removes none. The app makes its own beside them, see poolGrows.')
@minValue(0)
@maxValue(100)
param poolSize int = 0

@description('Size of an instance. It must offer nested virtualization, or QEMU falls back to emulation, which is many times slower.')
param instanceSize string = 'Standard_D4s_v5'

@description('Image of an instance, generation 2: Debian 12, or {id: ...} of a gallery image made from it.')
param instanceImage resourceInput<'Microsoft.Compute/virtualMachines@2025-04-01'>.properties.storageProfile.imageReference = {
  publisher: 'Debian'
  offer: 'debian-12'
  sku: '12-gen2'
  version: 'latest'
}

@description('User that the app signs in to the instances as.')
param instanceUserName string = 'shellbox'

@description('Public SSH key of that user, in the form of an authorized_keys line.')
param instancePublicKey string

@secure()
@description('URL from which a new instance fetches the guest files, a gzipped tar; empty when the image holds them.')
param guestFilesUrl string = ''

@description('SHA-256 of the guest files in hexadecimal.')
param guestFilesSha256 string = ''

@description('Memory of a box in MiB.')
@minValue(64)
@maxValue(1048576)
param guestMemoryMiB int = 256

@description('Whether the app creates and removes instances by itself. It makes them as a deployment does, with the guest files URL of this one: for a pool that grows for longer than such a URL is good, set instanceImage to an image that holds the files.')
param poolGrows bool = false

@description('Free instances that the app keeps: the minimum and maximum, and the most instances in all.')
param poolFreeInstances { minimum: int, maximum: int, total: int } = { minimum: 5, maximum: 10, total: 100 }

@description('Resource id of the golden snapshot or disk that the app copies blank volumes from; empty for none.')
param goldenSnapshotId string = ''

@description('Blank volumes that the app keeps: the minimum and maximum, and the most volumes in all.')
param poolBlankVolumes { minimum: int, maximum: int, total: int } = { minimum: 20, maximum: 50, total: 500 }

@description('Blank boxes that stand ready, each on an instance of its own.')
@minValue(0)
param poolBlankBoxes int = 2

@description('Time of the deployment, for the tag shellbox:created. Leave it out.')
param deployedAt string = utcNow('yyyy-MM-ddTHH:mm:ssZ')

// As in modules/instance.bicep, which makes an instance from the same text.
var instanceCustomData = base64(reduce(
  items({
    '@USER@': instanceUserName
    '@PUBLIC_KEY@': trim(instancePublicKey)
    '@GUEST_FILES_URL@': guestFilesUrl
    '@GUEST_FILES_SHA256@': toLower(guestFilesSha256)
    '@GUEST_MEMORY_MIB@': string(guestMemoryMiB)
  }),
  loadTextContent('instance/cloud-init.yaml'),
  (text, item) => replace(text, item.key, item.value)
))

var poolBoundSettings = {
  Schedule: '0 * * * * *'
  FreeInstances__Minimum: string(poolFreeInstances.minimum)
  FreeInstances__Maximum: string(poolFreeInstances.maximum)
  FreeInstances__Total: string(poolFreeInstances.total)
  BlankVolumes__Minimum: string(poolBlankVolumes.minimum)
  BlankVolumes__Maximum: string(poolBlankVolumes.maximum)
  BlankVolumes__Total: string(poolBlankVolumes.total)
  BlankBoxes: string(poolBlankBoxes)
}
var poolInstanceSettings = poolGrows
  ? {
      Instance__Location: location
      Instance__Size: instanceSize
      Instance__Image: instanceImage.?id ?? '${instanceImage.?publisher}:${instanceImage.?offer}:${instanceImage.?sku}:${instanceImage.?version}'
      Instance__SubnetId: network.outputs.instancesSubnetId
      Instance__PublicKey: trim(instancePublicKey)
      Instance__CustomData: instanceCustomData
    }
  : {}
var poolVolumeSettings = empty(goldenSnapshotId)
  ? {}
  : {
      Volume__Location: location
      Volume__GoldenSnapshotId: goldenSnapshotId
    }

// Storage accounts, key vaults and Function Apps share one name space with the whole world.
var suffix = uniqueString(resourceGroup().id)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${namePrefix}-app'
  location: location
}

module network 'modules/network.bicep' = {
  params: {
    location: location
    namePrefix: namePrefix
    addressPrefix: addressPrefix
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    location: location
    accountName: '${namePrefix}${suffix}'
    skuName: storageSkuName
    appIdentityName: identity.name
    operatorObjectId: operatorObjectId
  }
}

module vault 'modules/vault.bicep' = {
  params: {
    location: location
    vaultName: '${namePrefix}-${suffix}'
    appIdentityName: identity.name
    operatorObjectId: operatorObjectId
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    location: location
    namePrefix: namePrefix
    appIdentityName: identity.name
    retentionDays: logRetentionDays
  }
}

module access 'modules/access.bicep' = {
  params: {
    appIdentityName: identity.name
  }
}

module functions 'modules/functions.bicep' = {
  params: {
    location: location
    namePrefix: namePrefix
    appName: '${namePrefix}-${suffix}'
    appIdentityName: identity.name
    subnetId: network.outputs.functionsSubnetId
    storageAccountName: storage.outputs.accountName
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    instancePrivateKeyReference: vault.outputs.privateKeyReference
    instanceUserName: instanceUserName
    guestMemoryMiB: guestMemoryMiB
    instanceMemoryMB: appInstanceMemoryMB
    maximumInstanceCount: appMaximumInstanceCount
    alwaysReadyInstances: appAlwaysReadyInstances
    poolSettings: union(poolBoundSettings, poolInstanceSettings, poolVolumeSettings)
  }
}

module instances 'modules/instance.bicep' = [
  for number in range(1, poolSize): {
    params: {
      location: location
      name: 'vm-${padLeft(number, 4, '0')}'
      size: instanceSize
      image: instanceImage
      subnetId: network.outputs.instancesSubnetId
      userName: instanceUserName
      publicKey: instancePublicKey
      guestFilesUrl: guestFilesUrl
      guestFilesSha256: guestFilesSha256
      guestMemoryMiB: guestMemoryMiB
      createdAt: deployedAt
    }
  }
]

@description('Name of the Function App, for publishing.')
output appName string = functions.outputs.appName

@description('Base URL of the HTTP API.')
output apiUrl string = 'https://${functions.outputs.hostName}/api'

@description('Name of the key vault that takes the private key of the instances.')
output vaultName string = vault.outputs.vaultName

@description('Name of the storage account.')
output storageAccountName string = storage.outputs.accountName
